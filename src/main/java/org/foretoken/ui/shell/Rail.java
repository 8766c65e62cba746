package org.foretoken.ui.shell;

import java.util.EnumMap;
import java.util.Map;
import javafx.beans.property.ObjectProperty;
import javafx.css.PseudoClass;
import javafx.geometry.Side;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Theme;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The panels down the left side, and how light the window is. */
public final class Rail extends VBox {
    /** Entries are smaller in a rail lower than this. */
    private static final double ROOM = 640;

    private static final PseudoClass LOW = PseudoClass.getPseudoClass("low");

    private final Map<Panel, ToggleButton> entries = new EnumMap<>(Panel.class);

    public Rail(ObjectProperty<Panel> shown, ObjectProperty<Theme> theme) {
        getStyleClass().add("rail");
        ToggleGroup group = new ToggleGroup();
        for (Panel panel : Panel.values()) {
            ToggleButton entry = new ToggleButton(panel.title(), new FontIcon(panel.icon()));
            entry.setId("rail-" + panel.name().toLowerCase(java.util.Locale.ROOT));
            entry.getStyleClass().setAll("rail-entry");
            entry.setContentDisplay(ContentDisplay.TOP);
            entry.setMaxWidth(Double.MAX_VALUE);
            entry.setToggleGroup(group);
            entry.setTooltip(new Tooltip(panel.title() + " (" + Keys.words("Shortcut+" + (entries.size() + 1)) + ")"));
            entry.setOnAction(e -> {
                shown.set(panel);
                entry.setSelected(true);
            });
            entries.put(panel, entry);
        }
        getChildren().addAll(entries.values());
        Region space = new Region();
        VBox.setVgrow(space, Priority.ALWAYS);
        getChildren().addAll(space, themeButton(theme));
        setMinHeight(0);
        heightProperty().addListener((o, old, now) -> pseudoClassStateChanged(LOW, now.doubleValue() < ROOM));
        shown.addListener((o, old, now) -> select(now));
        select(shown.get());
    }

    private void select(Panel panel) {
        entries.forEach((key, entry) -> entry.setSelected(key == panel));
    }

    private static Button themeButton(ObjectProperty<Theme> theme) {
        ContextMenu menu = new ContextMenu();
        ToggleGroup group = new ToggleGroup();
        for (Theme choice : Theme.values()) {
            RadioMenuItem item = new RadioMenuItem(choice.label());
            item.setToggleGroup(group);
            item.setSelected(theme.get() == choice);
            item.setOnAction(e -> theme.set(choice));
            menu.getItems().add(item);
        }
        Button button = new Button("Theme", new FontIcon(Feather.MOON));
        button.setId("theme");
        button.getStyleClass().setAll("rail-entry");
        button.setContentDisplay(ContentDisplay.TOP);
        button.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(e -> menu.show(button, Side.RIGHT, 0, 0));
        return button;
    }
}
