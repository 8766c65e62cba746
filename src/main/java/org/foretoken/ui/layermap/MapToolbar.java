package org.foretoken.ui.layermap;

import atlantafx.base.controls.Popover;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.Spinner;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.shell.CurrentSetup;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Whole maps, how they are used, and the ways back. */
final class MapToolbar extends HBox {
    private static final Source[] SOURCES = {Source.HIDDEN, Source.JOINT, Source.KV};

    private final LayerMapViewModel model;
    private final MenuButton presets = new MenuButton("_Presets");
    private final Button auto = new Button("_Auto…");
    private final MenuButton source = new MenuButton();
    private final Spinner<Integer> tail = Spinners.whole(1, CurrentSetup.MOST_TAIL, 1);
    private final Button undo = icon(Feather.CORNER_UP_LEFT, "undo", "Undo", "Shortcut+Z");
    private final Button redo = icon(Feather.CORNER_UP_RIGHT, "redo", "Redo", "Shortcut+Shift+Z");
    private final Button copy = icon(Feather.COPY, "copy-map", "Copy the map as a list", "Shortcut+C");
    private final Button paste = icon(Feather.CLIPBOARD, "paste-map", "Paste a map such as [0, 0, 1, …]", "Shortcut+V");
    private final Button revert = new Button("_Revert");
    private final Button save = new Button("_Save");

    MapToolbar(LayerMapViewModel model) {
        this.model = model;
        getStyleClass().add("map-toolbar");
        setAlignment(Pos.CENTER_LEFT);
        setMinWidth(0); // or it would never get narrow enough for what makes room
        presets.setId("presets");
        presets.setMnemonicParsing(true);
        auto.setId("auto");
        auto.setTooltip(new Tooltip("Find the map of least error"));
        Popover form = new Popover();
        AutoForm search = new AutoForm(model, form::hide);
        form.setContentNode(search);
        form.setArrowLocation(Popover.ArrowLocation.TOP_CENTER);
        form.setHeaderAlwaysVisible(false);
        form.setDetachable(false);
        auto.setOnAction(e -> model.stateProperty().get().ifPresent(state -> {
            search.show(state);
            form.show(auto);
        }));
        source.setId("source");
        source.setMnemonicParsing(true);
        source.setTooltip(new Tooltip("What the predictor reads from an auxiliary layer"));
        tail.setId("map-tail");
        tail.setPrefWidth(72);
        tail.setMinWidth(72);
        tail.setTooltip(new Tooltip("Last prompt tokens that the base reads itself"));
        tail.valueProperty().addListener((o, old, now) -> model.setTail(now));
        Label tailLabel = new Label("_Tail");
        tailLabel.setMnemonicParsing(true);
        tailLabel.setLabelFor(tail);
        tailLabel.setMinWidth(USE_PREF_SIZE);
        undo.setOnAction(e -> model.undo());
        redo.setOnAction(e -> model.redo());
        copy.setOnAction(e -> copy());
        paste.setOnAction(e -> paste());
        revert.setId("revert");
        revert.setTooltip(new Tooltip("Back to what is saved"));
        revert.setOnAction(e -> model.revert());
        save.setId("save-map");
        save.setTooltip(
                new Tooltip("Write this map and the predictor fitted for it (" + Keys.words("Shortcut+S") + ")"));
        save.setOnAction(e -> model.save());
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        getChildren().addAll(presets, auto, source, tailLabel, tail, space);
        HBox clipboard = new HBox(copy, paste);
        // In a narrow window they make room: the keys do the same.
        clipboard.visibleProperty().bind(widthProperty().greaterThan(720));
        clipboard.managedProperty().bind(clipboard.visibleProperty());
        getChildren().addAll(new HBox(undo, redo), clipboard, revert, save);
        for (Node node : new Node[] {presets, auto, source, revert, save}) {
            ((Region) node).setMinWidth(USE_PREF_SIZE);
        }
        model.stateProperty().addListener((o, old, now) -> now.ifPresent(state -> show(state, old)));
        model.stateProperty().get().ifPresent(state -> show(state, Optional.empty()));
    }

    void copy() {
        model.copy().ifPresent(text -> {
            ClipboardContent content = new ClipboardContent();
            content.putString(text);
            Clipboard.getSystemClipboard().setContent(content);
        });
    }

    void paste() {
        model.paste(Clipboard.getSystemClipboard().getString());
    }

    private void show(MapState state, Optional<MapState> before) {
        if (before.filter(b -> b.sheet() == state.sheet() && !presets.getItems().isEmpty())
                .isEmpty()) {
            fill(state);
        }
        source.setText("So_urce: " + state.draft().source().label());
        source.getItems()
                .forEach(item -> ((RadioMenuItem) item)
                        .setSelected(item.getUserData() == state.draft().source()));
        tail.getValueFactory().setValue(state.draft().tail());
        undo.setDisable(!state.canUndo());
        redo.setDisable(!state.canRedo());
        revert.setDisable(!state.dirty());
        save.setDisable(!state.dirty() || state.saving());
        save.getStyleClass().setAll("button", state.dirty() ? "accent" : "quiet");
    }

    private void fill(MapState state) {
        presets.getItems().clear();
        state.sheet().presets().forEach((name, links) -> {
            MenuItem item = new MenuItem(name);
            item.setOnAction(e -> model.apply(links));
            presets.getItems().add(item);
        });
        source.getItems().clear();
        ToggleGroup group = new ToggleGroup();
        for (Source choice : SOURCES) {
            boolean priced = state.sheet().prices(choice).isPresent();
            RadioMenuItem item =
                    new RadioMenuItem(choice.label() + (priced ? "" : ": calibrate with this source first"));
            item.setUserData(choice);
            item.setToggleGroup(group);
            item.setDisable(!priced);
            item.setOnAction(e -> model.setSource(choice));
            source.getItems().add(item);
        }
    }

    private static Button icon(Feather icon, String id, String words, String keys) {
        Button button = new Button(null, new FontIcon(icon));
        button.setId(id);
        button.getStyleClass().addAll("button-icon", "flat");
        button.setAccessibleText(words);
        button.setTooltip(new Tooltip(words + " (" + Keys.words(keys) + ")"));
        return button;
    }
}
