package org.foretoken.ui.breakeven;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.ui.fx.TypedList;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;
import org.foretoken.workbench.SetupSummary;

/** What the form says: what would be foretold. */
final class BreakEvenDraft {
    /** Lengths of prompts as they are typed. */
    final StringProperty prompts = new SimpleStringProperty("32, 128, 512");
    /** Lengths of replies as they are typed. */
    final StringProperty replies = new SimpleStringProperty("16, 128");

    final BooleanProperty check = new SimpleBooleanProperty(false);
    final IntegerProperty repetitions = new SimpleIntegerProperty(50);
    final DoubleProperty seconds = new SimpleDoubleProperty(60);

    /** Calls when anything changes. */
    void onChange(Runnable changed) {
        Stream.<Observable>of(prompts, replies, check, repetitions, seconds)
                .forEach(each -> each.addListener(o -> changed.run()));
    }

    /**
     * Why it can't be measured as it is.
     *
     * @param context of the setup's models
     */
    Optional<String> problem(Optional<SetupSummary> setup, int context) {
        if (setup.isEmpty()) {
            return Optional.of("Choose a setup in the bar above.");
        }
        if (!setup.get().hasPredictor()) {
            return Optional.of("The setup's predictor isn't fitted yet: calibrate it.");
        }
        if (lengths(prompts).isEmpty()) {
            return Optional.of("Prompts are whole numbers of tokens from 1 on with commas between, such as 32, 128.");
        }
        if (lengths(replies).isEmpty()) {
            return Optional.of("Replies are whole numbers of tokens from 1 on with commas between, such as 16, 128.");
        }
        try {
            BreakEven.check(request(setup.get(), 1), context);
        } catch (ForetokenException e) {
            return Optional.of(e.sentence());
        }
        return Optional.empty();
    }

    private static List<Integer> lengths(StringProperty typed) {
        return TypedList.numbers(typed.get()).orElse(List.of());
    }

    /**
     * What it asks for; there must be no problem.
     *
     * @param tail prompt tokens that the base reads itself
     */
    BreakEven.Request request(SetupSummary setup, int tail) {
        return new BreakEven.Request(
                setup.folder(),
                lengths(prompts),
                lengths(replies),
                tail,
                new TtftProtocol.Limits(repetitions.get(), seconds.get()),
                check.get());
    }

    /** What will be timed; there must be no problem. */
    String amount(int context) {
        return "Times the first token after " + BreakEvenWords.counts(BreakEven.timed(lengths(prompts), context))
                + " tokens" + (check.get() ? ", and after the prompts above with their replies" : "")
                + ": base and KV prediction in turns.";
    }
}
