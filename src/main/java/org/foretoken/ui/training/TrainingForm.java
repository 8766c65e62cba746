package org.foretoken.ui.training;

import javafx.application.Platform;
import javafx.beans.property.Property;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextField;
import javafx.scene.control.TitledPane;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.text.corpus.Packing;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.FormGrid;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train.Aim;
import org.foretoken.workbench.Train.Part;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What to train: from which setup, on which text, towards what, for how long. */
final class TrainingForm extends VBox {
    private final TrainingDraft draft;
    private final FormFields fields = new FormFields();

    TrainingForm(TrainingViewModel model, Choosers choosers) {
        draft = model.draft();
        getStyleClass().add("form-body");
        Label from = new Label();
        from.setId("train-from");
        from.setWrapText(true);
        from.setTooltip(new Tooltip("The setup in the bar above"));
        model.current()
                .setupProperty()
                .subscribe(setup -> from.setText(setup.map(SetupSummary::name).orElse("")));
        getChildren()
                .addAll(FormFields.heading("From"), from, FormFields.heading("To"), out(choosers), unfinished(model));
        getChildren().addAll(FormFields.heading("Text, best like the prompts to come"), new TextList(model, choosers));

        getChildren().add(FormFields.heading("Aim"));
        ToggleGroup aims = new ToggleGroup();
        getChildren()
                .addAll(
                        choice(
                                aims,
                                "_Distil: KL from the base at every position",
                                "aim-distill",
                                Aim.DISTILL,
                                draft.aim),
                        choice(aims, "The _paper's: cross-entropy, K and V errors", "aim-paper", Aim.PAPER, draft.aim));
        getChildren().add(FormFields.heading("What changes"));
        ToggleGroup parts = new ToggleGroup();
        Spinner<Integer> rank = fields.whole(1, 1024, 1, "rank", draft.rank);
        rank.setAccessibleText("Rank of the auxiliary's updates");
        rank.setPrefWidth(96);
        rank.setMinWidth(96);
        rank.disableProperty().bind(draft.part.isNotEqualTo(Part.LOW_RANK));
        HBox lowRank = new HBox(
                8, choice(parts, "And the auxiliary, at _rank", "part-low-rank", Part.LOW_RANK, draft.part), rank);
        lowRank.setAlignment(Pos.CENTER_LEFT);
        getChildren()
                .addAll(
                        choice(parts, "The predictor a_lone", "part-predictor", Part.PREDICTOR, draft.part),
                        lowRank,
                        choice(parts, "And the _whole auxiliary", "part-auxiliary", Part.AUXILIARY, draft.part));
        FormGrid length = new FormGrid();
        length.row(
                "To_kens to train on",
                fields.whole(1, Integer.MAX_VALUE, 10_000, "tokens", draft.tokens),
                "Text comes again when it's used up");
        getChildren().addAll(FormFields.heading("Length"), length, more());
    }

    /** Takes what was typed into a field that still has the focus. */
    void commit() {
        fields.commit();
    }

    private Node out(Choosers choosers) {
        TextField out = new TextField();
        out.setId("train-out");
        out.setAccessibleText("Folder of the trained setup");
        out.textProperty().bindBidirectional(draft.out);
        out.textProperty().subscribe(text -> showEnd(out));
        out.widthProperty().subscribe(width -> showEnd(out));
        out.focusedProperty().subscribe(focused -> showEnd(out));
        out.setTooltip(new Tooltip("The trained setup's folder; training that was begun there is gone on with"));
        HBox.setHgrow(out, Priority.ALWAYS);
        Button choose = new Button(null, new FontIcon(Feather.FOLDER));
        choose.getStyleClass().add("button-icon");
        choose.setAccessibleText("Choose the trained setup's folder");
        choose.setTooltip(new Tooltip("Choose a folder"));
        choose.setOnAction(e ->
                choosers.folder("Where the trained setup goes").ifPresent(folder -> draft.out.set(folder.toString())));
        return new HBox(8, out, choose);
    }

    /** To choose a training that was begun, without knowing its folder. */
    private MenuButton unfinished(TrainingViewModel model) {
        MenuButton menu = new MenuButton();
        menu.setId("unfinished");
        menu.setTooltip(new Tooltip("Choose one to see how far it is, and to go on"));
        model.unfinishedProperty().subscribe(all -> {
            menu.setText(Numbers.count(all.size(), "unfinished training"));
            menu.getItems()
                    .setAll(all.stream()
                            .map(each -> {
                                MenuItem item = new MenuItem(each.words());
                                item.setMnemonicParsing(false);
                                item.setOnAction(
                                        e -> draft.out.set(each.folder().toString()));
                                return item;
                            })
                            .toList());
            Visibility.show(menu, !all.isEmpty());
        });
        return menu;
    }

    /** Of a long path: its last folders tell it from others. */
    private static void showEnd(TextField field) {
        if (!field.isFocused()) {
            Platform.runLater(field::end);
        }
    }

    private TitledPane more() {
        FormGrid grid = new FormGrid();
        grid.row("_Batch", fields.whole(1, 4096, 1, "batch", draft.batch), "Sequences a step");
        grid.row(
                "M_icro-batch",
                fields.whole(1, 4096, 1, "micro-batch", draft.microBatch),
                "Sequences that a thread takes through the models at once; fewer take less memory");
        grid.row("Sequence len_gth", fields.whole(2, 1 << 17, 64, "length", draft.length), "Tokens of a sequence");
        grid.row(
                "L_earning rate",
                fields.fraction(1e-8, 1, 1e-4, "learning-rate", draft.learningRate),
                "At its peak; it falls to a tenth by a cosine");
        grid.row(
                "Warm-_up",
                fields.whole(0, 1 << 20, 1, "warm-up", draft.warmUp),
                "Steps until the learning rate is reached");
        grid.row("Weight deca_y", fields.fraction(0, 10, 0.01, "decay", draft.decay), "Of matrices");
        grid.row("_Clip", fields.fraction(1e-6, 1e6, 0.5, "clip", draft.clip), "Largest norm of a step's gradient");
        grid.row(
                "_Held-out part",
                fields.fraction(0.001, 0.9, 0.05, "held-out", draft.heldOut),
                "Of each text's end, never trained on");
        grid.row(
                "L_ook every",
                fields.whole(1, 1 << 20, 5, "validate-every", draft.validateEvery),
                "Steps between looks at held-out text");
        grid.row(
                "Se_quences a look",
                fields.whole(1, 1 << 16, 1, "held-out-sequences", draft.heldOutSequences),
                "Of held-out text, at most");
        grid.row(
                "Patie_nce",
                fields.whole(0, 1 << 16, 1, "patience", draft.patience),
                "Stops after that many looks without a better one; 0 never does");
        grid.row("_Seed", fields.whole(0, Integer.MAX_VALUE, 1, "seed", draft.seed), "Order of the text");
        grid.row(
                "K and _V weight",
                weight("kv-weight", "1 / layers", draft.kvWeight),
                "Of the L1 errors of keys and values, summed over layers");
        grid.row(
                "Cross-entrop_y weight",
                weight("ce-weight", "1", draft.ceWeight),
                "Of the base's loss through the predicted cache");
        ToggleGroup packings = new ToggleGroup();
        HBox documents = new HBox(16, new Label("Documents"));
        for (Packing packing : Packing.values()) {
            documents
                    .getChildren()
                    .add(choice(packings, TrainingWords.packing(packing), packing.label(), packing, draft.packing));
        }
        VBox content = new VBox(
                8,
                grid,
                documents,
                check(
                        "Begin with maps at random",
                        "scratch",
                        "As CoreNet does, instead of with the setup's predictor",
                        draft.scratch));
        TitledPane more = new TitledPane("More", content);
        more.setId("more");
        more.setExpanded(false);
        more.setAnimated(false);
        more.getStyleClass().add("more");
        return more;
    }

    /** @param ofPaper what is taken for the paper's aim where nothing is typed; otherwise it's 0 */
    private TextField weight(String id, String ofPaper, Property<String> typed) {
        TextField weight = new TextField();
        weight.setId(id);
        weight.setPrefWidth(112);
        weight.setMaxWidth(112);
        weight.promptTextProperty().bind(draft.aim.map(aim -> aim == Aim.PAPER ? ofPaper : "0"));
        weight.textProperty().bindBidirectional(typed);
        return weight;
    }

    private static CheckBox check(String words, String id, String why, Property<Boolean> property) {
        CheckBox box = new CheckBox(words);
        box.setId(id);
        box.setTooltip(new Tooltip(why));
        box.selectedProperty().bindBidirectional(property);
        return box;
    }

    private static <T> RadioButton choice(ToggleGroup group, String words, String id, T value, Property<T> chosen) {
        RadioButton button = new RadioButton(words);
        button.setId(id);
        button.setMnemonicParsing(true);
        button.setToggleGroup(group);
        button.setSelected(value.equals(chosen.getValue()));
        button.selectedProperty().addListener((o, was, is) -> {
            if (is) {
                chosen.setValue(value);
            }
        });
        chosen.addListener((o, old, now) -> button.setSelected(value.equals(now)));
        return button;
    }
}
