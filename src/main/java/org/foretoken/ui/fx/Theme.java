package org.foretoken.ui.fx;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.ObjectProperty;

/** How light the window is. */
public enum Theme {
    SYSTEM("Follow the system"),
    LIGHT("Light"),
    DARK("Dark");

    private final String label;

    Theme(String label) {
        this.label = label;
    }

    /** The name in menus. */
    public String label() {
        return label;
    }

    /** The theme that a settings file names; the system's for a name that isn't known. */
    public static Theme of(String name) {
        for (Theme theme : values()) {
            if (theme.name().equals(name)) {
                return theme;
            }
        }
        return SYSTEM;
    }

    /** Keeps every window in the theme that is chosen, and with {@code SYSTEM} in the one the system is in. */
    public static void keep(ObjectProperty<Theme> choice) {
        choice.addListener((o, old, now) -> apply(now));
        Platform.getPreferences().colorSchemeProperty().addListener((o, old, now) -> apply(choice.get()));
        apply(choice.get());
    }

    private static void apply(Theme theme) {
        boolean dark =
                theme == DARK || (theme == SYSTEM && Platform.getPreferences().getColorScheme() == ColorScheme.DARK);
        Application.setUserAgentStylesheet((dark ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
    }
}
