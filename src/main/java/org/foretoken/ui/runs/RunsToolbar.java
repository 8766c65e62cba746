package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.Property;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
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
        ComboBox<Optional<RunRecord.Kind>> kind = Choices.of(
                "runs-kind",
                Stream.concat(
                                Stream.of(Optional.<RunRecord.Kind>empty()),
                                Stream.of(RunRecord.Kind.values()).map(Optional::of))
                        .toList(),
                each -> each.map(RunRecord.Kind::label).orElse("all"),
                filter.kindProperty());
        task = Choices.of("runs-task", List.of(Optional.empty()), each -> each.orElse("any"), filter.taskProperty());
        setup = Choices.of("runs-setup", List.of(Optional.empty()), each -> each.orElse("any"), filter.setupProperty());
        task.setMaxWidth(150);
        setup.setMinWidth(110);
        setup.setMaxWidth(170);
        ComboBox<RunFilter.Since> since = Choices.of(
                "runs-since", List.of(RunFilter.Since.values()), RunFilter.Since::label, filter.sinceProperty());
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
                        Choices.labelled("_Find", text),
                        Choices.labelled("_Of", kind),
                        Choices.labelled("_Task", task),
                        Choices.labelled("Set_up", setup),
                        Choices.labelled("_Since", since),
                        end);
        model.rowsProperty().subscribe(rows -> refill());
        model.shownProperty().subscribe(shown -> {
            int of = model.rowsProperty().get().map(List::size).orElse(0);
            count.setText(shown.size() == of ? Numbers.count(of, "record") : shown.size() + " of " + of);
            Visibility.show(all, filter.isOn());
        });
    }

    private void refill() {
        refill(task, model.tasks(), model.filter().taskProperty());
        refill(setup, model.setups(), model.filter().setupProperty());
    }

    private static void refill(ComboBox<Optional<String>> box, List<String> names, Property<Optional<String>> chosen) {
        Choices.refill(
                box,
                Stream.concat(
                                Stream.of(Optional.<String>empty()),
                                names.stream().map(Optional::of))
                        .toList(),
                chosen.getValue());
    }
}
