package org.foretoken.ui.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.fx.TypedList;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.SetupSummary;

/** What the form says: what would be asked, of whom. */
final class TaskDraft {
    static final String QUIZ = "quiz";

    final ObjectProperty<Task> task = new SimpleObjectProperty<>(ShippedTasks.of(QUIZ));
    /** The task's data; each task has its own. */
    final ObjectProperty<Optional<Path>> data = new SimpleObjectProperty<>(Optional.empty());

    final BooleanProperty base = new SimpleBooleanProperty(true);
    final BooleanProperty kv = new SimpleBooleanProperty(true);
    final BooleanProperty auxiliary = new SimpleBooleanProperty(true);
    /** Baselines and hybrids as they are typed. */
    final StringProperty baselines = new SimpleStringProperty("");

    final IntegerProperty shots = new SimpleIntegerProperty(task.get().shots().count());
    /** Questions at most; 0 for all. */
    final IntegerProperty limit = new SimpleIntegerProperty(0);

    /** Leave to run what a model writes, for a task that does. */
    final BooleanProperty runCode = new SimpleBooleanProperty(false);

    private final Map<Task, Path> dataOf = new HashMap<>();

    TaskDraft() {
        task.addListener((o, old, now) -> {
            shots.set(now.shots().count());
            data.set(Optional.ofNullable(dataOf.get(now)));
        });
        data.addListener((o, old, now) -> now.ifPresent(file -> dataOf.put(task.get(), file)));
    }

    /** Whether a task asks for words, which any arm can give after any tail; not for likelihoods at every position. */
    static boolean asksForWords(Task task) {
        return task.kind().isAnswered();
    }

    /** Whether a task's answers are programs, which are run. */
    static boolean runsCode(Task task) {
        return task.kind() == Metric.Kind.CODE;
    }

    /** Calls when anything changes. */
    void onChange(Runnable changed) {
        Stream.<Observable>of(task, data, base, kv, auxiliary, baselines, shots, limit, runCode)
                .forEach(each -> each.addListener(o -> changed.run()));
    }

    /** Lets data be there before anything was chosen. */
    void preset(Task of, Path file) {
        if (dataOf.putIfAbsent(of, file) == null && task.get().equals(of)) {
            data.set(Optional.of(file));
        }
    }

    /** Whether a task has data, chosen or preset. */
    boolean hasData(Task of) {
        return dataOf.containsKey(of);
    }

    /** Why it can't be asked as it is. */
    Optional<String> problem(boolean hasModel, Optional<SetupSummary> setup) {
        if (!hasModel) {
            return Optional.of("Choose a model or a setup in the bar above.");
        }
        if (data.get().isEmpty()) {
            return Optional.of("The task " + task.get().name() + " needs a "
                    + (task.get().kind() == Metric.Kind.TEXT ? "text" : "data file") + ": choose it.");
        }
        if (runsCode(task.get()) && !runCode.get()) {
            return Optional.of("The task " + task.get().name() + " runs what a model writes: give leave below.");
        }
        try {
            return arms(setup).isEmpty() ? Optional.of("Nobody is to answer: choose an arm.") : Optional.empty();
        } catch (ForetokenException e) {
            return Optional.of(e.sentence());
        }
    }

    /**
     * What it asks for; there must be no problem.
     *
     * @param model the setup's folder, or the base
     * @param tail prompt tokens that the base reads itself
     */
    Evaluate.Request request(Path model, Optional<SetupSummary> setup, int tail) {
        try {
            return new Evaluate.Request(
                    model,
                    shots.get() == task.get().shots().count()
                            ? task.get()
                            : task.get().withShots(shots.get()),
                    data.get().orElseThrow(),
                    arms(setup),
                    limit.get(),
                    setup.isPresent() && asksForWords(task.get()) ? tail : 0,
                    runsCode(task.get()) ? new Evaluate.Running(1, Sampling.GREEDY) : null,
                    null);
        } catch (ForetokenException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Arm> arms(Optional<SetupSummary> setup) throws ForetokenException {
        boolean predicts = setup.filter(SetupSummary::hasPredictor).isPresent();
        List<Arm> arms = new ArrayList<>();
        if (base.get()) {
            arms.add(Arm.BASE);
        }
        if (kv.get() && predicts) {
            arms.add(Arm.KV_PREDICTION);
        }
        if (auxiliary.get() && setup.isPresent()) {
            arms.add(Arm.AUXILIARY);
        }
        for (String key : TypedList.parts(baselines.get())) {
            Arm arm = Arm.of(key);
            if (Arm.OF_A_SETUP.contains(arm)) {
                throw new ForetokenException(
                        "The arm " + arm.key() + " has a box of its own: name baselines such as random:0.5 here.");
            }
            if (!asksForWords(task.get())) {
                throw new ForetokenException("Baselines have no place in the task "
                        + task.get().name() + ", which asks for likelihoods: leave them out.");
            }
            if (arm.needsSetup() && !predicts) {
                throw new ForetokenException("The arm " + arm.key()
                        + " needs a setup with a fitted predictor: calibrate" + " one, or leave it out.");
            }
            if (arms.contains(arm)) {
                throw new ForetokenException("The arm " + arm.key() + " is named twice.");
            }
            arms.add(arm);
        }
        return arms;
    }
}
