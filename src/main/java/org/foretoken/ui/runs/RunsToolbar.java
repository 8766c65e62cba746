package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javafx.beans.property.Property;
import javafx.collections.FXCollections;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.util.StringConverter;
import org.foretoken.runs.RunRecord;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What the list is narrowed to. */
final class RunsToolbar extends FlowPane {
    private final RunsViewModel model;
    private final ComboBox<Optional<String>> task;
    private final ComboBox<Optional<String>> setup;
    private final Label count = new Label();

    RunsToolbar(RunsViewModel model) {
        super(16, 8);
        this.model = model;
        getStyleClass().add("runs-toolbar");
        setAlignment(Pos.CENTER_LEFT);
        RunFilter filter = model.filter();
        TextField text = new TextField();
        text.setId("runs-text");
        text.setPromptText("words, all of them");
        text.setPrefColumnCount(10);
        text.textProperty().bindBidirectional(filter.textProperty());
        ComboBox<Optional<RunRecord.Kind>> kind = choice(
                "runs-kind",
                Stream.concat(
                                Stream.of(Optional.<RunRecord.Kind>empty()),
                                Stream.of(RunRecord.Kind.values()).map(Optional::of))
                        .toList(),
                each -> each.map(RunRecord.Kind::label).orElse("all"),
                filter.kindProperty());
        task = choice("runs-task", List.of(Optional.empty()), each -> each.orElse("any"), filter.taskProperty());
        setup = choice("runs-setup", List.of(Optional.empty()), each -> each.orElse("any"), filter.setupProperty());
        task.setMaxWidth(150);
        setup.setMinWidth(110);
        setup.setMaxWidth(170);
        ComboBox<RunFilter.Since> since =
                choice("runs-since", List.of(RunFilter.Since.values()), RunFilter.Since::label, filter.sinceProperty());
        Button all = new Button("Show _all");
        all.setId("runs-all");
        all.getStyleClass().add("flat");
        all.setOnAction(e -> filter.clear());
        Button again = new Button(null, new FontIcon(Feather.REFRESH_CW));
        again.getStyleClass().addAll("button-icon", "flat");
        again.setAccessibleText("Read the runs file again");
        again.setTooltip(new Tooltip("Read the runs file again"));
        again.setOnAction(e -> model.refresh());
        count.setId("runs-count");
        count.getStyleClass().add("hint");
        HBox end = new HBox(8, count, all, again);
        end.setAlignment(Pos.CENTER_LEFT);
        getChildren()
                .addAll(
                        labelled("_Find", text),
                        labelled("_Of", kind),
                        labelled("_Task", task),
                        labelled("Set_up", setup),
                        labelled("_Since", since),
                        end);
        model.rowsProperty().subscribe(rows -> refill());
        model.shownProperty().subscribe(shown -> {
            int of = model.rowsProperty().get().map(List::size).orElse(0);
            count.setText(shown.size() == of ? of + " records" : shown.size() + " of " + of);
            all.setVisible(filter.isOn());
            all.setManaged(filter.isOn());
        });
    }

    private void refill() {
        refill(task, model.tasks(), model.filter().taskProperty());
        refill(setup, model.setups(), model.filter().setupProperty());
    }

    private static void refill(ComboBox<Optional<String>> box, List<String> names, Property<Optional<String>> chosen) {
        Optional<String> before = chosen.getValue();
        box.getItems()
                .setAll(Stream.concat(
                                Stream.of(Optional.<String>empty()),
                                names.stream().map(Optional::of))
                        .toList());
        box.setValue(before);
    }

    static <T> ComboBox<T> choice(String id, List<T> values, Function<T, String> words, Property<T> chosen) {
        ComboBox<T> box = new ComboBox<>(FXCollections.observableArrayList(values));
        box.setId(id);
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : words.apply(value);
            }

            @Override
            public T fromString(String text) {
                throw new UnsupportedOperationException("not editable");
            }
        });
        box.setValue(chosen.getValue());
        // a list that is replaced says null for a moment
        box.valueProperty().addListener((o, old, now) -> {
            if (now != null) {
                chosen.setValue(now);
            }
        });
        chosen.addListener((o, old, now) -> box.setValue(now));
        return box;
    }

    static HBox labelled(String words, Node control) {
        Label label = new Label(words);
        label.setMnemonicParsing(true);
        label.setLabelFor(control);
        label.setMinWidth(USE_PREF_SIZE);
        HBox together = new HBox(8, label, control);
        together.setAlignment(Pos.CENTER_LEFT);
        return together;
    }
}
