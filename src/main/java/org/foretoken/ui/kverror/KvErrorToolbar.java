package org.foretoken.ui.kverror;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javafx.geometry.Pos;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.figure.FigureFiles;
import org.foretoken.ui.figure.ExportMenu;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.kverror.SheetMaker.Side;
import org.foretoken.ui.kverror.SheetMaker.Which;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.SetupSummary;

/** How a measurement is looked at, and where it goes. */
final class KvErrorToolbar extends FlowPane {
    private final KvErrorViewModel model;
    private final Choosers choosers;
    private final ComboBox<Optional<Integer>> head;
    private final HBox which;

    KvErrorToolbar(KvErrorViewModel model, Choosers choosers) {
        super(16, 8);
        this.model = model;
        this.choosers = choosers;
        getStyleClass().add("kv-error-toolbar");
        setAlignment(Pos.CENTER_LEFT);
        ComboBox<Side> side = Choices.of("side", List.of(Side.values()), Side::label, model.sideProperty());
        ComboBox<Metric> metric = Choices.of("metric", List.of(Metric.values()), Metric::label, model.metricProperty());
        metric.disableProperty().bind(model.sideProperty().isEqualTo(Side.ATTENTION));
        head = Choices.of(
                "head",
                List.of(Optional.empty()),
                h -> h.map(i -> "Head " + i).orElse("All heads"),
                model.headProperty());
        head.disableProperty().bind(model.sideProperty().isEqualTo(Side.ATTENTION));
        which = Choices.labelled(
                "Sho_wn", Choices.of("which", List.of(Which.values()), Which::label, model.whichProperty()));
        CheckBox log = new CheckBox("Lo_g colours");
        log.setId("log");
        log.setMnemonicParsing(true);
        log.selectedProperty().bindBidirectional(model.logProperty());
        log.disableProperty()
                .bind(model.sheetProperty()
                        .map(sheet -> sheet.map(s -> s.scale().signed()).orElse(false)));
        log.setTooltip(new Tooltip("Equal ratios take equal parts of the colour scale"));
        getChildren()
                .addAll(
                        Choices.labelled("_Of", side),
                        Choices.labelled("_Metric", metric),
                        Choices.labelled("_Heads", head),
                        log,
                        which,
                        export());
        model.measuredProperty().addListener((o, old, now) -> refresh());
        refresh();
    }

    private void refresh() {
        Optional<Integer> before = model.headProperty().get();
        int heads = model.heads();
        Choices.refill(
                head,
                Stream.concat(
                                Stream.of(Optional.<Integer>empty()),
                                IntStream.range(0, heads).mapToObj(Optional::of))
                        .toList(),
                before.filter(h -> h < heads));
        boolean two = model.measuredProperty().get().filter(m -> m.setups() > 1).isPresent();
        Visibility.show(which, two);
    }

    private ExportMenu export() {
        ExportMenu export = new ExportMenu(
                "export", "Figure", "The figure in light colours, or all numbers as a table", this::export);
        export.item("Numbers as CSV", "csv");
        export.disableProperty().bind(model.sheetProperty().map(Optional::isEmpty));
        return export;
    }

    private void export(String format) {
        model.sheetProperty()
                .get()
                .ifPresent(sheet -> choosers.saveAs("kv-error." + format)
                        .ifPresent(file -> model.export(
                                file,
                                () -> format.equals("csv")
                                        ? model.table().getBytes(StandardCharsets.UTF_8)
                                        : FigureFiles.of(sheet.title(), HeatFigure.of(sheet), format))));
    }

    /** The setups to compare with. */
    static HBox comparison(KvErrorViewModel model) {
        ComboBox<Optional<SetupSummary>> other = Choices.of(
                "compare",
                List.of(Optional.empty()),
                s -> s.map(SetupSummary::name).orElse("Nothing"),
                model.otherProperty());
        model.othersProperty()
                .subscribe(found -> Choices.refill(
                        other,
                        Stream.concat(
                                        Stream.of(Optional.<SetupSummary>empty()),
                                        found.stream().map(Optional::of))
                                .toList(),
                        model.otherProperty().get()));
        other.setMaxWidth(260);
        return Choices.labelled("Compare _with", other);
    }
}
