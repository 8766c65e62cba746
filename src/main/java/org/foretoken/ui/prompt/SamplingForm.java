package org.foretoken.ui.prompt;

import javafx.beans.property.ObjectProperty;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;
import org.foretoken.generate.Sampling;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;

/** How tokens are chosen. */
final class SamplingForm extends VBox {
    private final ObjectProperty<Sampling> sampling;
    private final Spinner<Double> temperature = Spinners.fraction(0, 5, 0, 0.1);
    private final Spinner<Integer> topK = Spinners.whole(0, 1 << 20, 0);
    private final Spinner<Double> topP = Spinners.fraction(0.01, 1, 1, 0.05);
    private final Spinner<Double> minP = Spinners.fraction(0, 1, 0, 0.05);
    private final Spinner<Double> penalty = Spinners.fraction(0.5, 2, 1, 0.05);
    private final Spinner<Integer> seed = Spinners.whole(0, Integer.MAX_VALUE, 0);
    private boolean showing;

    SamplingForm(ObjectProperty<Sampling> sampling) {
        this.sampling = sampling;
        getStyleClass().addAll("popover-form", "wide");
        GridPane grid = new GridPane(16, 8);
        row(grid, 0, "_Temperature", temperature, "0 takes the likeliest token, every time");
        row(grid, 1, "Top _k", topK, "0 keeps all tokens");
        row(grid, 2, "Top _p", topP, "1 keeps all tokens");
        row(grid, 3, "_Min p", minP, "share of the likeliest; 0 keeps all");
        row(grid, 4, "_Repetition penalty", penalty, "1 is none");
        row(grid, 5, "_Seed", seed, "equal seeds give equal answers");
        Button greedy = new Button("_Back to greedy");
        greedy.setOnAction(e -> sampling.set(Sampling.GREEDY));
        getChildren().addAll(grid, greedy);
        sampling.addListener((o, old, now) -> show(now));
        show(sampling.get());
    }

    /** In a few words, for the button that opens the form. */
    static String words(Sampling sampling) {
        if (sampling.temperature() == 0) {
            return sampling.repetitionPenalty() == 1
                    ? "greedy"
                    : "greedy, penalty " + Numbers.plain(sampling.repetitionPenalty());
        }
        StringBuilder words = new StringBuilder("T " + Numbers.plain(sampling.temperature()));
        if (sampling.topK() > 0) {
            words.append(", k ").append(sampling.topK());
        }
        if (sampling.topP() < 1) {
            words.append(", p ").append(Numbers.plain(sampling.topP()));
        }
        if (sampling.minP() > 0) {
            words.append(", min p ").append(Numbers.plain(sampling.minP()));
        }
        return words.toString();
    }

    private void show(Sampling now) {
        showing = true;
        temperature.getValueFactory().setValue(now.temperature());
        topK.getValueFactory().setValue(now.topK());
        topP.getValueFactory().setValue(now.topP());
        minP.getValueFactory().setValue(now.minP());
        penalty.getValueFactory().setValue(now.repetitionPenalty());
        seed.getValueFactory().setValue((int) now.seed());
        showing = false;
    }

    private void take() {
        if (!showing) {
            sampling.set(new Sampling(
                    temperature.getValue(),
                    topK.getValue(),
                    topP.getValue(),
                    minP.getValue(),
                    penalty.getValue(),
                    seed.getValue()));
        }
    }

    private void row(GridPane grid, int row, String name, Spinner<?> spinner, String explanation) {
        Label label = new Label(name);
        label.setMnemonicParsing(true);
        label.setLabelFor(spinner);
        label.setMinWidth(USE_PREF_SIZE);
        spinner.setMinWidth(112);
        Label hint = new Label(explanation);
        hint.getStyleClass().add("hint");
        spinner.valueProperty().addListener((o, old, now) -> take());
        grid.addRow(row, label, spinner, hint);
    }
}
