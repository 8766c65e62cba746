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
import org.foretoken.ui.fx.Visibility;
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

    /** One line for a heading, two for a model, three for a setup. The labels stay, only their words change. */
    private static final class Cell extends ListCell<Row> {
        private final Label title = new Label();
        private final Label below = new Label();
        private final Label last = new Label();
        private final VBox lines = new VBox(title, below, last);
        private final Tooltip place = new Tooltip();

        Cell() {
            below.getStyleClass().add("hint");
            last.getStyleClass().add("hint");
            setText(null);
            // Cells are as wide as the list; what is longer ends in an ellipsis.
            setPrefWidth(0);
            lines.maxWidthProperty().bind(widthProperty().subtract(16));
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            setDisable(row instanceof Row.Heading);
            if (row instanceof Row.Heading heading) {
                show(heading.title(), "", "", "");
            } else if (row instanceof Row.Model model) {
                Found found = model.found();
                show(found.name(), found.where(), "", found.path().toString());
            } else if (row instanceof Row.Setup setup) {
                SetupSummary summary = setup.summary();
                show(
                        String.valueOf(summary.folder().getFileName()),
                        summary.baseName() + ", " + SetupWords.auxiliary(summary),
                        summary.source().label() + ", " + SetupWords.state(summary),
                        summary.folder().toString());
            } else {
                setGraphic(null);
                setTooltip(null);
            }
        }

        private void show(String words, String second, String third, String path) {
            boolean heading = path.isEmpty();
            title.setText(words);
            title.getStyleClass().setAll("label", heading ? "list-heading" : "list-title");
            below.setText(second);
            Visibility.show(below, !heading);
            last.setText(third);
            Visibility.show(last, !third.isEmpty());
            place.setText(path);
            setGraphic(lines);
            setTooltip(heading ? null : place);
            setAccessibleText(heading ? words : words + ", " + second + (third.isEmpty() ? "" : ", " + third));
        }
    }
}
