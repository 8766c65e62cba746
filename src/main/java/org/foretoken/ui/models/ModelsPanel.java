package org.foretoken.ui.models;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitMenuButton;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What is on this machine at the left, the one looked at on the right. */
public final class ModelsPanel extends SplitPane {
    private final ModelsViewModel model;
    private final Choosers choosers;
    private final ScrollPane right = new ScrollPane();
    private final ModelDetails modelDetails;
    private final SetupDetails setupDetails;
    private final EmptyState empty;

    public ModelsPanel(ModelsViewModel model, Choosers choosers) {
        this.model = model;
        this.choosers = choosers;
        modelDetails = new ModelDetails(model, choosers);
        setupDetails = new SetupDetails(model);
        empty = new EmptyState(
                Feather.BOX,
                "Open a model to see its layers and make a setup of it: a GGUF file, or a folder with config.json and"
                        + " *.safetensors. You can drop one onto the window, too.",
                "Open…",
                this::open);
        empty.action().setId("empty-open");
        getStyleClass().add("models-panel");
        ModelList list = new ModelList(model);
        VBox.setVgrow(list, Priority.ALWAYS);
        VBox left = new VBox(toolbar(), list);
        left.getStyleClass().add("side");
        left.setMinWidth(224);
        SplitPane.setResizableWithParent(left, false);
        right.setFitToWidth(true);
        right.setMinWidth(320);
        getItems().addAll(left, right);
        model.shownProperty().addListener((o, old, now) -> show(now));
        show(model.shownProperty().get());
    }

    /** Lets the user point at a model's file. */
    public void open() {
        choosers.modelFile().ifPresent(model::open);
    }

    private void openFolder() {
        choosers.modelFolder().ifPresent(model::open);
    }

    private Node toolbar() {
        SplitMenuButton open = new SplitMenuButton();
        open.setId("open");
        open.setText("_Open…");
        open.setMnemonicParsing(true);
        open.setTooltip(new Tooltip("A GGUF file, or a file in a model's folder (" + Keys.words("Shortcut+O") + ")"));
        open.setOnAction(e -> open());
        MenuItem folder = new MenuItem("Open _folder…");
        folder.setOnAction(e -> openFolder());
        open.getItems().add(folder);
        Button again = new Button(null, new FontIcon(Feather.REFRESH_CW));
        again.getStyleClass().addAll("button-icon", "flat");
        again.setAccessibleText("Look for models again");
        again.setTooltip(new Tooltip("Look for models again"));
        again.setOnAction(e -> model.refresh());
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox bar = new HBox(open, space, again);
        bar.getStyleClass().add("side-bar");
        return bar;
    }

    private void show(Shown shown) {
        Node content =
                switch (kind(shown)) {
                    case MODEL -> modelDetails;
                    case SETUP -> setupDetails;
                    case WORDS -> words(shown);
                    case NOTHING -> empty;
                };
        right.setContent(content);
        right.setFitToHeight(content != modelDetails && content != setupDetails);
    }

    private enum Kind {
        MODEL,
        SETUP,
        WORDS,
        NOTHING
    }

    private static Kind kind(Shown shown) {
        if (shown instanceof Shown.Model) {
            return Kind.MODEL;
        }
        if (shown instanceof Shown.Setup) {
            return Kind.SETUP;
        }
        return shown instanceof Shown.Nothing ? Kind.NOTHING : Kind.WORDS;
    }

    private static Node words(Shown shown) {
        boolean broken = shown instanceof Shown.Broken;
        Label label = new Label(
                shown instanceof Shown.Broken problem
                        ? problem.name() + " can't be opened. " + problem.sentence()
                        : shown instanceof Shown.Reading reading ? "Reading " + reading.name() + "…" : "");
        label.getStyleClass().add(broken ? "problem-text" : "hint");
        label.setWrapText(true);
        StackPane pane = new StackPane(label);
        pane.getStyleClass().add("details");
        return pane;
    }
}
