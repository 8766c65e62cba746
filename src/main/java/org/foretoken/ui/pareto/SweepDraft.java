package org.foretoken.ui.pareto;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.runs.Axes;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.fx.TypedList;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;

/** What the form says: the sweep that would be made. */
final class SweepDraft {
    final ObjectProperty<Set<Path>> setups = new SimpleObjectProperty<>(Set.of());
    final ObjectProperty<Task> task;
    final ObjectProperty<Optional<Path>> data = new SimpleObjectProperty<>(Optional.empty());
    final ObjectProperty<Metric> metric;
    final IntegerProperty shots;
    /** Questions at most; 0 for all. */
    final IntegerProperty limit = new SimpleIntegerProperty(200);
    /** Prompt lengths as they are typed. */
    final StringProperty lengths = new SimpleStringProperty("128, 512");
    /** Tail lengths as they are typed; blank for each setup's own. */
    final StringProperty tails = new SimpleStringProperty("");

    final BooleanProperty auxiliaries = new SimpleBooleanProperty(true);
    /** Baselines and hybrids as they are typed. */
    final StringProperty further = new SimpleStringProperty("");

    final IntegerProperty repetitions = new SimpleIntegerProperty(50);
    final DoubleProperty seconds = new SimpleDoubleProperty(60);
    final BooleanProperty fresh = new SimpleBooleanProperty(false);

    private Optional<Path> quizData = Optional.empty();

    SweepDraft() {
        Task quiz = ShippedTasks.of(Task.NAMES.get(0));
        task = new SimpleObjectProperty<>(quiz);
        metric = new SimpleObjectProperty<>(quiz.metrics().get(0));
        shots = new SimpleIntegerProperty(quiz.shots().count());
        task.addListener((o, old, now) -> {
            metric.set(now.metrics().get(0));
            shots.set(now.shots().count());
            if (isQuiz(now)) {
                data.set(quizData);
            } else if (isQuiz(old)) {
                data.set(Optional.empty());
            }
        });
    }

    private static boolean isQuiz(Task task) {
        return task.name().equals(Task.NAMES.get(0));
    }

    /** Of the tasks only the quiz comes with its data; others may have theirs in common. */
    void quizIsIn(Optional<Path> file) {
        quizData = file;
        if (isQuiz(task.get())) {
            data.set(file);
        }
    }

    /** Calls when anything changes. */
    void onChange(Runnable changed) {
        Stream.<Observable>of(
                        setups,
                        task,
                        data,
                        metric,
                        shots,
                        limit,
                        lengths,
                        tails,
                        auxiliaries,
                        further,
                        repetitions,
                        seconds,
                        fresh)
                .forEach(each -> each.addListener(o -> changed.run()));
    }

    /** Chooses a setup, or no more. */
    void choose(Path setup, boolean chosen) {
        Set<Path> now = new LinkedHashSet<>(setups.get());
        if (chosen ? now.add(setup) : now.remove(setup)) {
            setups.set(now);
        }
    }

    /** Says what a request asks for. */
    void take(SweepPareto.Request request) {
        setups.set(new LinkedHashSet<>(request.setups()));
        task.set(request.task());
        data.set(Optional.of(request.data()));
        metric.set(request.metric().orElse(request.task().metrics().get(0)));
        limit.set(request.limit());
        lengths.set(TypedList.words(request.lengths()));
        tails.set(TypedList.words(request.tails()));
        auxiliaries.set(request.auxiliaries());
        further.set(request.further().stream().map(Arm::key).collect(Collectors.joining(", ")));
        repetitions.set(request.limits().maxRepetitions());
        seconds.set(request.limits().maxSeconds());
        fresh.set(request.fresh());
    }

    /** Why it can't be measured as it is. */
    Optional<String> problem(List<SetupSummary> known) {
        List<SetupSummary> chosen = known.stream()
                .filter(each -> setups.get().contains(each.folder()))
                .toList();
        if (chosen.isEmpty()) {
            return Optional.of("Choose one setup or more.");
        }
        if (chosen.stream().map(SetupSummary::base).distinct().count() > 1) {
            return Optional.of("Choose setups of one base: gains and shares are over it.");
        }
        if (data.get().isEmpty()) {
            return Optional.of("The task " + task.get().name() + " needs a data file: choose it.");
        }
        if (TypedList.numbers(lengths.get()).filter(list -> !list.isEmpty()).isEmpty()) {
            return Optional.of("Prompt lengths are whole numbers from 1 on with commas between, such as 128, 512.");
        }
        if (TypedList.numbers(tails.get()).isEmpty()) {
            return Optional.of("Tails are whole numbers from 1 on with commas between, such as 1, 32.");
        }
        try {
            arms();
        } catch (ForetokenException e) {
            return Optional.of(e.sentence());
        }
        return Optional.empty();
    }

    /**
     * What it asks for; there must be no problem.
     *
     * @param axes that it is looked at on
     */
    SweepPareto.Request request(List<SetupSummary> known, Axes axes) {
        return new SweepPareto.Request(
                known.stream()
                        .map(SetupSummary::folder)
                        .filter(setups.get()::contains)
                        .toList(),
                TypedList.numbers(tails.get()).orElseThrow(),
                auxiliaries.get(),
                armsThere(),
                shots.get() == task.get().shots().count()
                        ? task.get()
                        : task.get().withShots(shots.get()),
                data.get().orElseThrow(),
                Optional.of(metric.get()),
                limit.get(),
                TypedList.numbers(lengths.get()).orElseThrow(),
                new TtftProtocol.Limits(repetitions.get(), seconds.get()),
                fresh.get(),
                axes,
                0);
    }

    private List<Arm> armsThere() {
        try {
            return arms();
        } catch (ForetokenException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Arm> arms() throws ForetokenException {
        List<Arm> arms = new ArrayList<>();
        for (String key : TypedList.parts(further.get())) {
            Arm arm = Arm.of(key);
            if (Arm.OF_A_SETUP.contains(arm)) {
                throw new ForetokenException("The base and KV prediction take part anyway, the auxiliary by its check"
                        + " box: name baselines such as random:0.5, or hybrid:4.");
            }
            arms.add(arm);
        }
        return arms;
    }

    /** How much it is, in words. An auxiliary that several setups have takes part once. */
    String amount(List<SetupSummary> known) {
        int tailCount =
                Math.max(1, TypedList.numbers(tails.get()).map(List::size).orElse(1));
        int lengthCount = TypedList.numbers(lengths.get()).map(List::size).orElse(0);
        long auxiliaryCount = known.stream()
                .filter(each -> auxiliaries.get() && setups.get().contains(each.folder()))
                .map(each -> List.of(each.auxiliary(), each.selectLayers()))
                .distinct()
                .count();
        long arms = 1 + (long) setups.get().size() * tailCount + auxiliaryCount;
        for (String key : TypedList.parts(further.get())) {
            arms += key.startsWith("hybrid") ? setups.get().size() : 1;
        }
        return arms + " arms at " + lengthCount + (lengthCount == 1 ? " prompt length, " : " prompt lengths, ")
                + (limit.get() == 0 ? "all questions" : limit.get() + " questions each");
    }
}
