package org.foretoken.ui.pareto;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.geometry.Pos;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.ui.figure.ExportMenu;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;

/** How points are looked at, and where they go. */
final class ParetoToolbar extends FlowPane {
    private final ParetoViewModel model;
    private final Choosers choosers;
    private final ComboBox<Integer> tokens;
    private final HBox lengths;
    private final HBox definition;
    private final ComboBox<Optional<Pareto>> recorded;
    private final HBox charts;

    ParetoToolbar(ParetoViewModel model, Choosers choosers) {
        super(16, 8);
        this.model = model;
        this.choosers = choosers;
        setAlignment(Pos.CENTER_LEFT);
        setMinHeight(USE_PREF_SIZE);
        setMinWidth(0);
        ParetoLook look = model.look();
        definition = Choices.labelled(
                "_Definition",
                Choices.of("pareto-flops", List.of(Definition.values()), PointWords::definition, look.flops));
        ComboBox<Axes.Y> y = Choices.of("pareto-y", List.of(Axes.Y.values()), PointWords::y, look.y);
        ComboBox<Integer> paper = Choices.of("pareto-paper", List.of(0, 5, 6, 7), PointWords::paper, look.paper);
        paper.setTooltip(new Tooltip(
                "Points that the paper published, of other models on another machine: beside gains and shares"));
        for (ComboBox<?> shares : List.of(y, paper)) {
            shares.disableProperty()
                    .bind(model.measuredProperty()
                            .map(points -> points.map(p -> !p.higherIsBetter()).orElse(false)));
        }
        CheckBox log = new CheckBox("Lo_g scale");
        log.setId("pareto-log");
        log.setMnemonicParsing(true);
        log.selectedProperty().bindBidirectional(look.log);
        log.setTooltip(new Tooltip("Equal ratios take equal room from left to right"));
        tokens = Choices.of("pareto-tokens", List.of(0), PointWords::tokens, look.tokens);
        lengths = Choices.labelled("Prom_pts", tokens);
        recorded = Choices.of(
                "pareto-recorded",
                List.of(),
                chart -> chart.map(PointWords::chart).orElse(""),
                model.measuredProperty());
        recorded.setTooltip(new Tooltip("What is recorded of the open base"));
        charts = Choices.labelled("C_hart", recorded);
        getChildren()
                .addAll(
                        charts,
                        Choices.labelled(
                                "Acr_oss", Choices.of("pareto-x", List.of(Axes.X.values()), PointWords::x, look.x)),
                        definition,
                        log,
                        Choices.labelled("_Up", y),
                        lengths,
                        Choices.labelled("Pap_er's points", paper),
                        export());
        look.x.subscribe(x -> Visibility.show(definition, x == Axes.X.FLOPS));
        model.measuredProperty().subscribe(this::show);
        model.recordedProperty().subscribe(this::offer);
    }

    private void offer(List<Pareto> found) {
        List<Optional<Pareto>> all = found.stream().map(Optional::of).toList();
        Optional<Pareto> shown = model.measuredProperty().get();
        if (!recorded.getItems().equals(all)) {
            Choices.refill(recorded, all, shown);
        }
        recorded.setValue(shown);
        Visibility.show(charts, all.size() > 1);
    }

    private void show(Optional<Pareto> points) {
        List<Integer> all = points.map(Pareto::lengths).orElse(List.of());
        List<Integer> choice = Stream.concat(Stream.of(0), all.stream().filter(length -> length > 0))
                .toList();
        if (!tokens.getItems().equals(choice)) {
            Integer before = model.look().tokens.get();
            Choices.refill(tokens, choice, choice.contains(before) ? before : Integer.valueOf(0));
        }
        Visibility.show(lengths, all.size() > 1);
    }

    private ExportMenu export() {
        ExportMenu export = new ExportMenu(
                "export-pareto",
                "Figure",
                "The figure in light colours, or all points",
                format -> choosers.saveAs("pareto." + format).ifPresent(file -> model.export(file, format)));
        export.item("Points as CSV", "csv");
        export.item("Points as JSON", "json");
        export.item("Figure and table as LaTeX", "tex");
        export.disableProperty().bind(model.figureProperty().map(Optional::isEmpty));
        return export;
    }
}
