package org.foretoken.ui.models;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.collections.ListChangeListener;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import org.foretoken.ui.models.ModelsViewModel.Shown;
import org.foretoken.ui.shell.SetupWords;
import org.foretoken.workbench.FindModels.Found;
import org.foretoken.workbench.SetupSummary;
import org.jspecify.annotations.Nullable;

/** Models and setups in one list, so that the arrow keys go through all of it. */
final class ModelList extends ListView<ModelList.Row> {
    /** A row: a heading, a model or a setup. */
    sealed interface Row {
        /** Not selectable. */
        record Heading(String title) implements Row {}

        /** A model. */
        record Model(Found found) implements Row {}

        /** A setup. */
        record Setup(SetupSummary summary) implements Row {}
    }

    private final ModelsViewModel model;
    private boolean filling;

    ModelList(ModelsViewModel model) {
        this.model = model;
        setId("models");
        getStyleClass().add("model-list");
        setAccessibleText("Models and setups");
        setCellFactory(view -> new Cell());
        ListChangeListener<Object> refill = change -> fill();
        model.models().addListener(refill);
        model.setups().addListener(refill);
        model.shownProperty().addListener((o, old, now) -> selectShown());
        getSelectionModel().selectedItemProperty().addListener((o, old, now) -> {
            if (!filling) {
                look(now);
            }
        });
        fill();
    }

    private void look(@Nullable Row row) {
        if (row instanceof Row.Model chosen) {
            model.look(chosen.found());
        } else if (row instanceof Row.Setup chosen) {
            model.look(chosen.summary());
        }
    }

    private void fill() {
        filling = true;
        List<Row> setups =
                model.setups().stream().map(s -> (Row) new Row.Setup(s)).toList();
        Stream<Row> setupRows =
                setups.isEmpty() ? Stream.of() : Stream.concat(Stream.of(new Row.Heading("Setups")), setups.stream());
        Stream<Row> modelRows = model.models().isEmpty()
                ? Stream.of()
                : Stream.concat(
                        Stream.of(new Row.Heading("Models")),
                        model.models().stream().map(Row.Model::new));
        getItems().setAll(Stream.concat(modelRows, setupRows).toList());
        selectShown();
        filling = false;
    }

    private void selectShown() {
        Optional<Row> row = getItems().stream().filter(this::isShown).findFirst();
        if (row.isPresent()) {
            getSelectionModel().select(row.get());
        } else if (!(model.shownProperty().get() instanceof Shown.Reading)) {
            getSelectionModel().clearSelection();
        }
    }

    private boolean isShown(Row row) {
        Shown shown = model.shownProperty().get();
        if (row instanceof Row.Model candidate && shown instanceof Shown.Model model) {
            return candidate.found().path().equals(model.summary().path());
        }
        return row instanceof Row.Setup candidate
                && shown instanceof Shown.Setup setup
                && candidate.summary().folder().equals(setup.summary().folder());
    }

    private static final class Cell extends ListCell<Row> {
        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            setText(null);
            setGraphic(null);
            setTooltip(null);
            setDisable(row instanceof Row.Heading);
            if (row instanceof Row.Heading heading) {
                setGraphic(label(heading.title(), "list-heading"));
            } else if (row instanceof Row.Model model) {
                Found found = model.found();
                show(found.name(), found.where(), found.path().toString());
            } else if (row instanceof Row.Setup setup) {
                SetupSummary summary = setup.summary();
                show(
                        summary.baseName() + ", " + SetupWords.auxiliary(summary),
                        summary.source().label() + ", " + SetupWords.state(summary),
                        summary.folder().toString());
            }
        }

        private void show(String title, String below, String path) {
            setGraphic(new VBox(label(title, "list-title"), label(below, "hint")));
            setAccessibleText(title + ", " + below);
            setTooltip(new Tooltip(path));
        }

        private static Label label(String words, String styleClass) {
            Label label = new Label(words);
            label.getStyleClass().add(styleClass);
            return label;
        }
    }
}
