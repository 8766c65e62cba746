package org.foretoken.ui.training;

import java.io.File;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.FactGrid;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.Scrolled;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.ui.training.TrainingViewModel.Stage;
import org.foretoken.workbench.Train;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The Train panel: what to train at the left, how it goes at the right. */
public final class TrainingPanel extends StackPane {
    private static final String HINT = "Point at a chart, or move with the arrow keys, to read its numbers.\n ";

    private final TrainingViewModel model;
    private final TrainingForm form;
    private final FactGrid asked = new FactGrid();
    private final VBox askedFor = new VBox(16);
    private final Label amount = new Label();
    private final Label problem = new Label();
    private final Button train = new Button("_Train", new FontIcon(Feather.PLAY));
    private final VBox footer = new VBox(8, amount, problem, train);
    private final TrainingHeader header;
    private final CurveView curves = new CurveView();
    private final Label told = new Label(HINT);
    private final VBox shown = new VBox(12);
    private final ScrollPane scrolled = Scrolled.of(shown);
    private final EmptyState nothing;
    private final EmptyState noSetup;
    private final BorderPane whole = new BorderPane();
    private Optional<Train.Request> requested = Optional.empty();

    /** @param openModels shows the panel where setups are made */
    public TrainingPanel(TrainingViewModel model, Choosers choosers, Runnable openModels) {
        this.model = model;
        setId("training");
        getStyleClass().add("training-panel");
        getStylesheets().add(TrainingPanel.class.getResource("training.css").toExternalForm());
        form = new TrainingForm(model, choosers);
        header = new TrainingHeader(model, choosers);
        nothing = new EmptyState(
                Feather.TRENDING_DOWN,
                "Train on text like the prompts to come: the curves of loss, KL and perplexity appear here as it goes,"
                        + " and it can be paused and gone on with at any time.",
                "Add a te_xt",
                () -> model.addTexts(choosers.textFiles()));
        noSetup = new EmptyState(
                Feather.TRENDING_DOWN,
                "Make a setup of a base and an auxiliary to train its predictor by gradients through the base.",
                "Choose a _model",
                openModels);
        whole.setLeft(side());
        fillShown();
        whole.setCenter(new StackPane(scrolled, nothing));
        getChildren().addAll(whole, noSetup);
        whole.setOnDragOver(this::dragOver);
        whole.setOnDragDropped(this::dropped);
        model.draft().onChange(this::refresh);
        model.stageProperty().subscribe(stage -> refresh());
        model.problemProperty().subscribe(now -> refresh());
        model.shownProperty().subscribe(now -> refresh());
        model.current().setupProperty().subscribe(now -> refresh());
        curves.toldProperty().subscribe(words -> told.setText(padded(words)));
    }

    /** Always two lines, so that the charts don't move under the mouse. */
    private static String padded(String words) {
        if (words.isEmpty()) {
            return HINT;
        }
        return words.contains("\n") ? words : words + "\n ";
    }

    private VBox side() {
        Label heading = new Label("What is trained");
        heading.getStyleClass().add("form-heading");
        askedFor.getChildren().addAll(heading, asked);
        askedFor.getStyleClass().add("form-body");
        amount.setId("training-amount");
        amount.setWrapText(true);
        problem.setId("training-problem");
        problem.setWrapText(true);
        problem.getStyleClass().add("hint");
        problem.setMinHeight(USE_PREF_SIZE);
        train.setId("train");
        train.getStyleClass().add("accent");
        train.setMaxWidth(Double.MAX_VALUE);
        train.setTooltip(new Tooltip("Train the predictor by gradients through the base, which stays as it is"));
        train.setOnAction(e -> {
            form.commit();
            model.start();
        });
        VBox side = FormFields.side(new StackPane(form, askedFor), footer);
        side.getStyleClass().add("training-side");
        return side;
    }

    private void fillShown() {
        VBox.setVgrow(curves, Priority.ALWAYS);
        told.setId("training-told");
        told.getStyleClass().add("told");
        told.setMinHeight(USE_PREF_SIZE);
        told.wrapTextProperty().bind(curves.widthProperty().lessThan(ChartFrame.ROOM_FOR_TWO));
        header.setMinHeight(USE_PREF_SIZE);
        shown.getStyleClass().add("training-shown");
        shown.getChildren().addAll(header, curves, told);
    }

    private void refresh() {
        Optional<CurveFacts> facts = model.shownProperty().get();
        boolean asking = model.stageProperty().get() == Stage.FORM;
        boolean none = asking && model.current().setupProperty().get().isEmpty();
        noSetup.setVisible(none);
        whole.setVisible(!none);
        Visibility.show(form, asking);
        Visibility.show(askedFor, !asking);
        Visibility.show(footer, asking);
        scrolled.setVisible(!asking);
        nothing.setVisible(asking);
        TrainingDraft draft = model.draft();
        Visibility.show(nothing.action(), draft.texts.isEmpty());
        amount.setText(TrainingWords.steps(draft.steps(), draft.batch.get(), draft.length.get()));
        Optional<String> why = model.problemProperty().get();
        problem.setText(why.orElse(""));
        Visibility.show(problem, why.isPresent());
        train.setDisable(why.isPresent());
        Optional<Train.Request> request = facts.map(CurveFacts::request);
        if (!request.equals(requested)) {
            requested = request;
            asked.show(request.map(TrainingWords::facts).orElse(List.of()));
        }
        header.refresh();
        curves.show(facts);
    }

    private void dragOver(DragEvent event) {
        if (event.getDragboard().hasFiles() && model.stageProperty().get() == Stage.FORM) {
            event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
        }
        event.consume();
    }

    private void dropped(DragEvent event) {
        boolean files = event.getDragboard().hasFiles() && model.stageProperty().get() == Stage.FORM;
        if (files) {
            model.addTexts(
                    event.getDragboard().getFiles().stream().map(File::toPath).toList());
        }
        event.setDropCompleted(files);
        event.consume();
    }
}
