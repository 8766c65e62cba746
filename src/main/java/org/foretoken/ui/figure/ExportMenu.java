package org.foretoken.ui.figure;

import java.util.Locale;
import java.util.function.Consumer;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import org.foretoken.figure.FigureFiles;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Writes a figure, and what stands behind it, to a file of some format. */
public final class ExportMenu extends MenuButton {
    private final Consumer<String> export;

    /**
     * A menu with an item for each format of figures.
     *
     * @param figure what it is called
     * @param export hears of the format that was chosen
     */
    public ExportMenu(String id, String figure, String why, Consumer<String> export) {
        super("E_xport", new FontIcon(Feather.DOWNLOAD));
        this.export = export;
        setId(id);
        setMnemonicParsing(true);
        setMinWidth(USE_PREF_SIZE);
        setTooltip(new Tooltip(why));
        setOnAction(e -> show());
        for (String format : FigureFiles.FORMATS) {
            item(figure + " as " + format.toUpperCase(Locale.ROOT), format);
        }
    }

    /** Adds another format. */
    public void item(String words, String format) {
        MenuItem item = new MenuItem(words + "\u2026");
        item.setId(getId() + "-" + format);
        item.setOnAction(e -> export.accept(format));
        getItems().add(item);
    }
}
