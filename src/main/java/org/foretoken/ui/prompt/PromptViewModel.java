package org.foretoken.ui.prompt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.Refined;
import org.foretoken.generate.Sampling;
import org.foretoken.job.Job;
import org.foretoken.ui.fx.Coalesced;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.prompt.Answer.Stage;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.PromptExample;
import org.foretoken.workbench.SetupSummary;
import org.jspecify.annotations.Nullable;

/** The prompt, how it is answered, and an answer an arm. */
public final class PromptViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Coalesced refresh;
    private final PromptHistory history = new PromptHistory();
    private final StringProperty prompt = new SimpleStringProperty("");
    private final BooleanProperty chat = new SimpleBooleanProperty();
    private final BooleanProperty oneLine = new SimpleBooleanProperty();
    private final BooleanProperty refine = new SimpleBooleanProperty();
    private final IntegerProperty maxTokens = new SimpleIntegerProperty(128);
    private final ObjectProperty<Sampling> sampling = new SimpleObjectProperty<>(Sampling.GREEDY);
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final ReadOnlyDoubleWrapper axisMillis = new ReadOnlyDoubleWrapper(Double.NaN);
    private final Map<Arm, ReadOnlyObjectWrapper<Answer>> answers = new LinkedHashMap<>();
    private @Nullable PromptRun run;

    public PromptViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        this.refresh = new Coalesced(threads.pulse(), this::refresh);
        for (Arm arm : Arm.OF_A_SETUP) {
            answers.put(arm, new ReadOnlyObjectWrapper<>(Answer.IDLE));
        }
        current.baseProperty().addListener((o, old, now) -> {
            now.ifPresent(base -> chat.set(base.chatTemplate()));
            startAfresh();
        });
        current.setupProperty().addListener((o, old, now) -> startAfresh());
        startAfresh();
    }

    StringProperty promptProperty() {
        return prompt;
    }

    /** Whether the prompt goes through the model's chat template. */
    BooleanProperty chatProperty() {
        return chat;
    }

    /** Whether answers end with their first line. */
    BooleanProperty oneLineProperty() {
        return oneLine;
    }

    /** Whether KV prediction's cache is made exact behind the first token. */
    BooleanProperty refineProperty() {
        return refine;
    }

    public IntegerProperty maxTokensProperty() {
        return maxTokens;
    }

    ObjectProperty<Sampling> samplingProperty() {
        return sampling;
    }

    ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /** Whether answers are still being written. */
    public boolean isRunning() {
        return running.get();
    }

    /** The longest TTFT of all cards in milliseconds: the end of their common time axis. NaN before the first. */
    ReadOnlyDoubleProperty axisMillisProperty() {
        return axisMillis.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<Answer> answerProperty(Arm arm) {
        return wrapper(arm).getReadOnlyProperty();
    }

    CurrentSetup current() {
        return current;
    }

    /** Prompts sent before. */
    PromptHistory history() {
        return history;
    }

    /** Whether anything was asked since base or setup changed. */
    boolean hasAnswers() {
        return run != null;
    }

    /** Answers the prompt, or an example when there is none yet: what a fresh setup is tried with. */
    public void tryOut() {
        if (prompt.get().isBlank()) {
            run(examples().getFirst());
        } else {
            run();
        }
    }

    /** Prompts to try with the current base. */
    List<PromptExample> examples() {
        return Examples.of(current.baseProperty().get());
    }

    /** Answers an example. */
    void run(PromptExample example) {
        prompt.set(example.text());
        oneLine.set(example.oneLine());
        run();
    }

    /** Answers the prompt by every arm that can, base first. */
    public void run() {
        Optional<ModelSummary> base = current.baseProperty().get();
        String text = prompt.get();
        if (base.isEmpty() || text.isBlank() || running.get()) {
            return;
        }
        if (base.get().tokenizer().isEmpty()) {
            notices.problem(base.get().name() + " has no tokenizer, so it can't read text: put its tokenizer.json into "
                    + base.get().path() + ".");
            return;
        }
        notices.dismiss();
        history.add(text);
        Optional<SetupSummary> setup = current.setupProperty().get();
        Path model = setup.map(SetupSummary::folder).orElse(base.get().path());
        List<String> stops = oneLine.get() ? List.of("\n") : List.of();
        Prompt asked = chat.get() ? Prompt.chat(text) : Prompt.of(text);
        PromptRun started = new PromptRun(arms(setup), refresh::mark, notices::sentence);
        run = started;
        running.set(true);
        started.runs().forEach((arm, armRun) -> {
            boolean predicts = arm.equals(Arm.KV_PREDICTION);
            int tail = predicts ? current.tailProperty().get() : 0;
            int parts = predicts && refine.get() ? Refined.TOKENS : 0;
            Job<GenerationResult> job = actions.generate(
                    new Generate.Request(model, arm, asked, sampling.get(), maxTokens.get(), stops, tail, parts),
                    armRun);
            armRun.started(job);
            threads.follow(
                    job,
                    result -> {
                        armRun.succeeded(result);
                        ended(started, arm);
                    },
                    failure -> {
                        armRun.failed(failure);
                        started.cancel();
                        ended(started, arm);
                    });
        });
        refresh();
    }

    /** Stops all answers that are still being written. */
    public void stop() {
        if (run != null) {
            run.cancel();
        }
    }

    private void ended(PromptRun which, Arm arm) {
        if (which != run) {
            return;
        }
        refresh();
        if (arm.equals(Arm.KV_PREDICTION)) {
            which.gain().ifPresent(current::measured);
        }
        if (which.ended()) {
            running.set(false);
        }
    }

    /** Base or setup changed: former answers were by others. */
    private void startAfresh() {
        stop();
        run = null;
        running.set(false);
        refresh();
    }

    private static List<Arm> arms(Optional<SetupSummary> setup) {
        List<Arm> arms = new ArrayList<>(List.of(Arm.BASE));
        setup.ifPresent(s -> {
            if (s.hasPredictor()) {
                arms.add(Arm.KV_PREDICTION);
            }
            arms.add(Arm.AUXILIARY);
        });
        return arms;
    }

    /** Shows how the answers stand. They say themselves when they change, but not that another job is waited for. */
    void refresh() {
        PromptRun now = run;
        double longest = Double.NaN;
        for (Arm arm : Arm.OF_A_SETUP) {
            Answer answer = now != null && now.runs().containsKey(arm) ? now.answer(arm) : absent(arm);
            wrapper(arm).set(answer);
            longest = Double.isNaN(longest) ? answer.ttft() : Math.max(longest, zeroIfUnknown(answer.ttft()));
        }
        axisMillis.set(longest);
    }

    private Answer absent(Arm arm) {
        Optional<SetupSummary> setup = current.setupProperty().get();
        if (arm.equals(Arm.BASE)) {
            return Answer.IDLE;
        }
        if (setup.isEmpty()) {
            return Answer.still(Stage.MISSING, "Make a setup of the base to answer from a predicted cache.");
        }
        return arm.equals(Arm.KV_PREDICTION) && !setup.get().hasPredictor()
                ? Answer.still(Stage.MISSING, "The predictor isn't fitted yet.")
                : Answer.IDLE;
    }

    private static double zeroIfUnknown(double millis) {
        return Double.isNaN(millis) ? 0 : millis;
    }

    private ReadOnlyObjectWrapper<Answer> wrapper(Arm arm) {
        ReadOnlyObjectWrapper<Answer> wrapper = answers.get(arm);
        if (wrapper == null) {
            throw new IllegalStateException("no card for " + arm);
        }
        return wrapper;
    }
}
