package org.foretoken.ui.training;

import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The texts that are read: what each weighs, and how records become text. */
final class TextList extends VBox {
    private final TrainingViewModel model;
    private final VBox rows = new VBox(12);

    TextList(TrainingViewModel model, Choosers choosers) {
        super(8);
        this.model = model;
        Button files = new Button("_Add files…");
        files.setId("add-files");
        files.setTooltip(new Tooltip("Plain text, or JSON records; gzipped as well. Or drop them here"));
        files.setOnAction(e -> model.addTexts(choosers.textFiles()));
        Button folder = new Button("Add _folder…");
        folder.setId("add-folder");
        folder.setOnAction(
                e -> choosers.folder("A folder of text to train on").ifPresent(path -> model.addTexts(List.of(path))));
        rows.managedProperty().bind(rows.visibleProperty());
        getChildren().addAll(rows, new HBox(8, files, folder));
        model.draft().texts.addListener((ListChangeListener<TextRow>) change -> {
            boolean others = false;
            while (change.next()) {
                others |= change.wasAdded() || change.wasRemoved();
            }
            if (others) {
                refresh();
            }
        });
        refresh();
    }

    private void refresh() {
        rows.getChildren().setAll(model.draft().texts.stream().map(this::row).toList());
        rows.setVisible(!rows.getChildren().isEmpty());
    }

    private Node row(TextRow row) {
        Label name = new Label(row.name(), new FontIcon(Feather.FILE_TEXT));
        name.setMaxWidth(Double.MAX_VALUE);
        name.setTooltip(new Tooltip(row.path().toString()));
        HBox.setHgrow(name, Priority.ALWAYS);
        Button remove = new Button(null, new FontIcon(Feather.X));
        remove.getStyleClass().addAll("button-icon", "flat", "small");
        remove.setAccessibleText("Remove " + row.name());
        remove.setTooltip(new Tooltip("Remove"));
        remove.setOnAction(e -> model.draft().texts.remove(row));
        HBox title = new HBox(8, name, remove);
        title.setAlignment(Pos.CENTER_LEFT);

        Spinner<Double> weight = Spinners.bound(0.01, 1000, 1, row.weightProperty());
        weight.setPrefWidth(72);
        weight.setMinWidth(72);
        weight.setTooltip(new Tooltip("Its share, relative to the other texts' weights"));
        weight.setAccessibleText("Weight of " + row.name());
        ComboBox<String> template = new ComboBox<>();
        template.getItems().setAll("", TextPart.TRIVIAQA, "Question: {question}\\nAnswer: {answer}\\n");
        template.setEditable(true);
        template.setPromptText("no template");
        template.setMaxWidth(Double.MAX_VALUE);
        template.setMinWidth(0);
        template.setValue(row.templateProperty().get());
        template.getEditor()
                .textProperty()
                .addListener((o, old, now) -> row.templateProperty().set(now == null ? "" : now));
        row.templateProperty().addListener((o, old, now) -> {
            if (!now.equals(template.getEditor().getText())) {
                template.setValue(now);
            }
        });
        template.setTooltip(new Tooltip("Makes text of a record: " + TextPart.TRIVIAQA
                + ", or your own with the names of its fields in braces.\nWithout one, a record's own text is read."));
        template.setAccessibleText("Template of " + row.name());
        HBox.setHgrow(template, Priority.ALWAYS);
        Label weighs = new Label("Weight");
        weighs.getStyleClass().add("hint");
        weighs.setMinWidth(USE_PREF_SIZE);
        weighs.setLabelFor(weight);
        HBox how = new HBox(8, weighs, weight, template);
        how.setAlignment(Pos.CENTER_LEFT);
        VBox both = new VBox(4, title, how);
        both.getStyleClass().add("text-row");
        return both;
    }
}
