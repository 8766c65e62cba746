package org.foretoken.ui.models;

import atlantafx.base.controls.Popover;
import java.util.List;
import java.util.stream.IntStream;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.FactGrid;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.models.LayerChoice.Outcome;
import org.foretoken.ui.models.LayerChoice.Way;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.ModelSummary;

/** The model that is looked at: what its headers say, its layers drawn, and what can be made of it. */
final class ModelDetails extends VBox {
    private final ModelsViewModel model;
    private final Label name = new Label();
    private final Label kind = new Label();
    private final Label place = new Label();
    private final LayerBars bars = new LayerBars();
    private final Label share = new Label();
    private final FactGrid facts = new FactGrid();
    private final Button asBase = new Button("Use as _base");
    private final Button asAuxiliary = new Button("Use as _auxiliary");
    private final VBox problems = new VBox();
    private final Button early = new Button("Make _early-layers setup");
    private final Button prune = new Button("_Prune layers…");
    private final Label of = new Label();

    ModelDetails(ModelsViewModel model, Choosers choosers) {
        this.model = model;
        getStyleClass().add("details");
        name.getStyleClass().add("details-title");
        name.setWrapText(true);
        kind.getStyleClass().add("hint");
        place.getStyleClass().add("hint");
        share.getStyleClass().add("hint");
        share.setWrapText(true);
        share.setMinHeight(USE_PREF_SIZE);
        problems.getStyleClass().add("problems");

        asBase.setOnAction(e -> model.useAsBase());
        asAuxiliary.setOnAction(e -> model.useAsAuxiliary());
        FlowPane roles = new FlowPane(8, 8, asBase, asAuxiliary);

        early.setId("early-layers");
        early.getStyleClass().add("accent");
        early.setOnAction(e -> {
            model.layers().wayProperty().set(Way.FIRST);
            model.prune();
        });
        Spinner<Integer> count = Spinners.bound(1, 512, model.layers().firstProperty());
        count.setPrefWidth(88);
        count.setAccessibleText("First layers to keep");
        Label first = new Label("with the first");
        first.setLabelFor(count);
        HBox firstLayers = new HBox(8, first, count, of);
        firstLayers.setAlignment(Pos.CENTER_LEFT);
        Popover[] popover = new Popover[1];
        PruneForm form = new PruneForm(model, choosers, () -> popover[0].hide());
        popover[0] = pruning(form);
        prune.setOnAction(e -> popover[0].show(prune));
        FlowPane making = new FlowPane(8, 8, early, firstLayers, prune);
        making.setAlignment(Pos.CENTER_LEFT);
        JobProgress progress = new JobProgress(true);
        progress.setId("ranking");
        model.rankingProperty().subscribe(progress::show);

        getChildren()
                .addAll(
                        new VBox(4, name, kind, place),
                        roles,
                        problems,
                        FormFields.heading("An auxiliary from its own layers"),
                        making,
                        progress,
                        new VBox(8, bars, share),
                        FormFields.heading("What it is"),
                        facts);
        model.shownProperty().addListener((o, old, now) -> refresh());
        model.current().baseProperty().addListener((o, old, now) -> refreshRoles());
        model.pairProblemsProperty().addListener((o, old, now) -> refreshRoles());
        model.makingProperty().addListener((o, old, now) -> refreshMaking());
        model.layers().outcomeProperty().addListener((o, old, now) -> refreshMaking());
        refresh();
    }

    private void refresh() {
        if (model.shownProperty().get() instanceof Shown.Model shown) {
            ModelSummary summary = shown.summary();
            name.setText(summary.name());
            kind.setText(summary.config().family() + "  ·  " + summary.format() + "  ·  " + summary.dtype() + "  ·  "
                    + Numbers.large(summary.config().parameters()) + " parameters");
            place.setText(summary.path().toString());
            of.setText("of " + Numbers.count(summary.config().layers().size(), "layer"));
            bars.show(summary.config());
            facts.show(ModelFacts.of(summary));
            refreshRoles();
            refreshMaking();
        }
    }

    private void refreshRoles() {
        boolean isBase = model.isBase();
        List<String> reasons = model.pairProblemsProperty().get();
        boolean hasBase = model.current().basePath().isPresent();
        asBase.setDisable(isBase);
        asBase.setText(isBase ? "Is the base" : "Use as _base");
        asAuxiliary.setDisable(isBase || !hasBase || !reasons.isEmpty());
        problems.getChildren()
                .setAll(reasons.stream().map(ModelDetails::problem).toList());
        Visibility.show(problems, !reasons.isEmpty());
    }

    private void refreshMaking() {
        if (model.shownProperty().get() instanceof Shown.Model shown) {
            Outcome choice = model.layers().outcomeProperty().getValue();
            boolean making = model.makingProperty().get();
            early.setDisable(making || shown.summary().config().layers().size() < 2);
            prune.setDisable(early.isDisabled());
            bars.keep(
                    choice.important() > 0
                            ? IntStream.range(
                                            0, shown.summary().config().layers().size())
                                    .boxed()
                                    .toList()
                            : choice.layers());
            share.setText(
                    choice.important() > 0
                            ? "Parameters by layer; lower part attention, upper part feed-forward. The text will tell which "
                                    + Numbers.count(choice.important(), "layer") + " matter most."
                            : choice.good()
                                    ? "Parameters by layer; lower part attention, upper part feed-forward. The auxiliary would keep "
                                            + Numbers.percent(ModelFacts.share(
                                                    shown.summary().config(), choice.layers()))
                                            + " of them."
                                    : choice.problem());
        }
    }

    private static Popover pruning(PruneForm form) {
        Popover popover = new Popover(form);
        popover.setArrowLocation(Popover.ArrowLocation.TOP_CENTER);
        popover.setDetachable(false);
        return popover;
    }

    private static Label problem(String sentence) {
        Label label = new Label(sentence);
        label.getStyleClass().add("problem-text");
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        return label;
    }
}
