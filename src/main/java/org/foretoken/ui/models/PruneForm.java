package org.foretoken.ui.models;

import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.models.LayerChoice.Outcome;
import org.foretoken.ui.models.LayerChoice.Way;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.RankLayers;

/** Which layers an auxiliary keeps: the first m, every n-th, a list, or those that matter most on a text. */
final class PruneForm extends VBox {
    private final ModelsViewModel model;
    private final Label problem = new Label();
    private final Button make = new Button("_Make setup");

    /** @param close called once the setup is being made */
    PruneForm(ModelsViewModel model, Choosers choosers, Runnable close) {
        this.model = model;
        LayerChoice layers = model.layers();
        getStyleClass().add("popover-form");
        Label heading = new Label("Layers that the auxiliary keeps");
        heading.getStyleClass().add("form-heading");

        TextField list = new TextField();
        list.setPromptText("0-14, 20");
        list.setAccessibleText("Layers to keep");
        list.textProperty().bindBidirectional(layers.listProperty());
        list.textProperty().addListener((o, old, now) -> {
            if (list.isFocused()) {
                layers.wayProperty().set(Way.LIST);
            }
        });

        GridPane ways = new GridPane(8, 8);
        ToggleGroup group = new ToggleGroup();
        addRow(ways, 0, way(group, "_First", Way.FIRST), Spinners.bound(1, 512, layers.firstProperty()));
        addRow(ways, 1, way(group, "_Every n-th, n =", Way.EVERY), Spinners.bound(2, 512, layers.everyProperty()));
        addRow(ways, 2, way(group, "_These", Way.LIST), list);
        addRow(
                ways,
                3,
                way(group, "The most _important", Way.IMPORTANCE),
                Spinners.bound(1, 512, layers.importantProperty()));
        ways.add(text(choosers, layers), 0, 4, 2, 1);

        problem.getStyleClass().add("problem-text");
        problem.setWrapText(true);
        make.getStyleClass().add("accent");
        make.setOnAction(e -> {
            close.run();
            model.prune();
        });
        getChildren().addAll(heading, ways, problem, make);
        layers.outcomeProperty().addListener((o, old, now) -> show(now));
        show(layers.outcomeProperty().getValue());
    }

    /** What tells the important ones; shown where it is of use. */
    private static VBox text(Choosers choosers, LayerChoice layers) {
        Label why = new Label("Those without which the next token changes most: each is left out in turn on "
                + Numbers.count(RankLayers.TOKENS) + " tokens of a text.");
        why.getStyleClass().add("hint");
        why.setWrapText(true);
        why.setMaxWidth(320);
        Label which = new Label();
        which.setId("importance-text");
        layers.textProperty()
                .subscribe(file -> which.setText(
                        file.map(f -> String.valueOf(f.getFileName())).orElse("The text that comes with Foretoken")));
        Button choose = new Button("Choose te_xt…");
        choose.setId("choose-importance-text");
        choose.setOnAction(e -> choosers.textFiles().stream()
                .findFirst()
                .ifPresent(file -> layers.textProperty().set(Optional.of(file))));
        HBox chosen = new HBox(8, choose, which);
        chosen.setAlignment(Pos.CENTER_LEFT);
        VBox both = new VBox(8, why, chosen);
        layers.wayProperty().subscribe(way -> {
            Visibility.show(both, way == Way.IMPORTANCE);
        });
        return both;
    }

    private void show(Outcome outcome) {
        problem.setText(outcome.problem());
        Visibility.show(problem, !outcome.good());
        make.setDisable(!outcome.good());
    }

    private RadioButton way(ToggleGroup group, String words, Way way) {
        RadioButton button = new RadioButton(words);
        button.setMnemonicParsing(true);
        button.setToggleGroup(group);
        LayerChoice layers = model.layers();
        button.setSelected(layers.wayProperty().get() == way);
        button.setOnAction(e -> layers.wayProperty().set(way));
        layers.wayProperty().addListener((o, old, now) -> button.setSelected(now == way));
        return button;
    }

    private static void addRow(GridPane grid, int row, RadioButton way, Node value) {
        value.setAccessibleText(way.getText().replace("_", ""));
        grid.addRow(row, way, value);
    }
}
