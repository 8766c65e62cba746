package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Sha256;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.runs.Axes;
import org.foretoken.runs.PaperPoints;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;

/**
 * Measures time to first token and accuracy of a base and of setups on it: every arm with every prompt length. What was measured before under the same
 * conditions is taken from the run records, so that a sweep which was stopped goes on. Runs on the engine thread.
 */
public final class SweepPareto {
    /** Questions of {@link #quick}. */
    private static final int QUICK_QUESTIONS = 200;

    private static final int QUICK_LENGTH = 512;
    private static final int QUICK_REPETITIONS = 50;
    private static final double QUICK_SECONDS = 10;

    private final Workbench workbench;

    public SweepPareto(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What to measure.
     *
     * @param setups folders, of one base; one that is named twice takes part once
     * @param tails prompt tokens that the base reads itself; empty for each setup's own
     * @param auxiliaries whether each setup's auxiliary takes part, too
     * @param further baselines, measured once, and hybrids, of each setup
     * @param data the task's data file
     * @param metric the score; empty for the task's own
     * @param limit questions at most; 0 for all
     * @param lengths of the prompts that are timed, in tokens
     * @param limits of the timing at each length
     * @param fresh whether nothing is taken from records
     * @param axes that the frontier is drawn on
     * @param paperTable of the paper whose points are laid beside; 0 for none
     */
    public record Request(
            List<Path> setups,
            List<Integer> tails,
            boolean auxiliaries,
            List<Arm> further,
            Task task,
            Path data,
            Optional<Metric> metric,
            int limit,
            List<Integer> lengths,
            TtftProtocol.Limits limits,
            boolean fresh,
            Axes axes,
            int paperTable) {
        public Request {
            setups = setups.stream().distinct().toList();
            tails = List.copyOf(tails);
            further = List.copyOf(further);
            lengths = List.copyOf(lengths);
        }

        /** The score that is shown. */
        Metric score() {
            return metric.orElse(task.metrics().get(0));
        }
    }

    /** Hears of the sweep while it goes on, on the engine thread. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A point is known.
         *
         * @param soFar all that are, without published ones
         */
        void onPoint(ParetoPoint point, Pareto soFar);
    }

    /**
     * What came out.
     *
     * @param reused records that were there before
     * @param added records of this sweep
     * @param records the file that holds both
     * @param faults a sentence for every line of that file that can't be used
     */
    public record Result(Pareto pareto, int reused, int added, Path records, List<String> faults) {}

    /** A sweep of the setups that come with the program: a part of the quiz, one prompt length. */
    public Request quick(boolean fresh, Axes axes) throws ForetokenException {
        List<Path> setups = new OpenSetup(workbench)
                .samples().stream().map(SetupSummary::folder).toList();
        if (setups.isEmpty() || quizData().isEmpty()) {
            throw new ForetokenException(Workbench.samplesFolder() + " has no sample models: start Foretoken in its own"
                    + " folder, or sweep setups of yours with 'foretoken pareto --setup FOLDER'.");
        }
        return new Request(
                setups,
                List.of(),
                true,
                List.of(),
                Task.of("quiz"),
                quizData().get(),
                Optional.empty(),
                QUICK_QUESTIONS,
                List.of(QUICK_LENGTH),
                new TtftProtocol.Limits(QUICK_REPETITIONS, QUICK_SECONDS),
                fresh,
                axes,
                0);
    }

    /** The questions that come with the program, where it runs from a checkout. */
    public Optional<Path> quizData() {
        return Optional.of(Workbench.samplesFolder().resolve("data").resolve("quiz.jsonl"))
                .filter(Files::isRegularFile);
    }

    /**
     * Measures what isn't in the records yet.
     *
     * @throws ForetokenException when the request can't be met, before anything is measured
     */
    public Result run(Request request, Listener listener, Progress progress) throws ForetokenException {
        request.limits().check();
        workbench.runs().checkAppends();
        PaperPoints.check(request.paperTable());
        List<SweepArm> arms = SweepArm.of(request.setups(), request.tails(), request.auxiliaries(), request.further());
        check(request, arms);
        RunRecord.Asked asked = asked(request);
        Kernel kernel = workbench.models().kernel();
        Machine machine = RunRecords.machine(kernel, workbench.threads());
        RunFile.Contents before = workbench.runs().read();
        KnownRuns known = new KnownRuns(workbench.runs(), machine, request.fresh() ? List.of() : before.records());
        SweepArm base = arms.get(0);
        List<ParetoPoint> points = new ArrayList<>();
        boolean baseAnswered = false;
        long setups = arms.stream().map(SweepArm::setup).distinct().count();
        SweepSteps steps = new SweepSteps(progress, setups * request.lengths().size(), arms.size(), System::nanoTime);
        for (Path setup : request.setups()) {
            List<SweepArm> own = arms.stream()
                    .filter(arm -> !arm.equals(base) && arm.setup().equals(setup))
                    .toList();
            if (own.isEmpty()) {
                continue; // the same as one before, by another path
            }
            for (int length : request.lengths()) {
                new SweepTiming(workbench, known, request.limits()).run(base, own, length, steps.timing());
            }
            List<SweepArm> answering = new ArrayList<>(own);
            if (!baseAnswered) {
                answering.add(0, base);
                baseAnswered = true;
            }
            for (SweepArm arm : answering) {
                RunRecord answers = answers(request, known, arm, asked, steps.answers());
                for (ParetoPoint point : points(request, known, arm, own.get(0), answers, asked)) {
                    points.add(point);
                    listener.onPoint(point, pareto(request, known, base, asked, points));
                }
            }
        }
        workbench.weigh();
        return new Result(
                pareto(request, known, base, asked, points).withPaper(request.paperTable()),
                known.reused(),
                known.added(),
                workbench.runs().file(),
                before.faults());
    }

    private static Pareto pareto(
            Request request, KnownRuns known, SweepArm base, RunRecord.Asked asked, List<ParetoPoint> points) {
        // stable: by length, arms as they are within it
        List<ParetoPoint> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparingInt(ParetoPoint::tokens));
        return new Pareto(
                        request.task().name(),
                        request.task().version(),
                        request.score().shown(),
                        request.score().higherIsBetter(),
                        Objects.requireNonNull(baseAnswers(known, base, asked).answers())
                                .examples()
                                .size(),
                        known.machine(),
                        request.axes(),
                        sorted)
                .on(request.axes());
    }

    private static void check(Request request, List<SweepArm> arms) throws ForetokenException {
        Task task = request.task();
        if (task.kind() == Metric.Kind.CODE) {
            throw new ForetokenException("The task " + task.name()
                    + " runs what a model writes, which a sweep doesn't: ask it with 'foretoken eval', or choose"
                    + " another task.");
        }
        if (!task.metrics().contains(request.score())) {
            throw new ForetokenException("The task " + task.name() + " doesn't measure "
                    + request.score().label() + ": choose "
                    + String.join(
                            ", ", task.metrics().stream().map(Metric::label).toList()) + ".");
        }
        if (request.axes().y() == Axes.Y.RETAINED && !request.score().higherIsBetter()) {
            throw new ForetokenException("Of " + request.score().label()
                    + " less is better, so no share of the base's is retained: show the score.");
        }
        if (request.paperTable() != 0 && !request.axes().takesPublished()) {
            throw new ForetokenException("The paper's times and scores are of other models on another machine: lay its"
                    + " points beside gains and shares (--x gain or --x flops --flops paper, --y retained).");
        }
        for (Arm arm : request.further()) {
            if (Arm.OF_A_SETUP.contains(arm)) {
                throw new ForetokenException("The arm " + arm.key()
                        + " is no further one, for the sweep has base, kv and auxiliary by itself: name baselines"
                        + " such as random:0.5 or hybrid:4.");
            }
            Evaluate.check(task, arm);
        }
        MeasureTtft.check(
                request.lengths(),
                arms.stream().mapToInt(SweepArm::context).min().orElseThrow());
    }

    private static RunRecord.Asked asked(Request request) throws ForetokenException {
        Task task = request.task();
        ForetokenException.requireFile(request.data(), "questions");
        return RunRecords.asked(task, request.data(), Sha256.hex(request.data()), request.limit());
    }

    private static boolean everyPosition(Request request) {
        return !request.task().kind().isAnswered();
    }

    /** An arm's answers: recorded ones, or asked for and recorded now. */
    private RunRecord answers(Request request, KnownRuns known, SweepArm arm, RunRecord.Asked asked, Progress progress)
            throws ForetokenException {
        RunRecord.Subject subject = everyPosition(request) ? arm.subject().withoutTail() : arm.subject();
        Optional<RunRecord> there = known.answers(subject, asked);
        if (there.isPresent()) {
            return there.get();
        }
        Path underWay = known.underWay(subject, asked);
        if (request.fresh()) {
            known.done(underWay); // what an interrupted sweep left
        }
        Evaluate.Request one = new Evaluate.Request(
                arm.setup(),
                request.task(),
                request.data(),
                List.of(arm.arm()),
                request.limit(),
                everyPosition(request) ? 0 : arm.tail(),
                underWay);
        Evaluate.Result result = new Evaluate(workbench)
                .unrecorded(one, (what, done, total) -> progress.report(arm.series() + ", " + what, done, total));
        RunRecord record = RunRecords.of(
                subject,
                known.machine(),
                new RunRecord.Answers(asked, result.arms().get(0).answers()));
        known.add(record);
        known.done(underWay);
        return record;
    }

    /**
     * An arm's points, one a length.
     *
     * @param first arm of the setup: the base's own times are those taken in turns with it
     */
    private static List<ParetoPoint> points(
            Request request, KnownRuns known, SweepArm arm, SweepArm first, RunRecord answers, RunRecord.Asked asked)
            throws ForetokenException {
        Metric metric = request.score();
        if (!ParetoPoint.has(answers, metric)) {
            return List.of(); // as the base has no divergence from itself
        }
        boolean base = arm.arm().equals(Arm.BASE);
        RunRecord baseAnswers = base ? answers : baseAnswers(known, arm, asked);
        List<ParetoPoint> points = new ArrayList<>();
        for (int length : request.lengths()) {
            KnownRuns.Timed timed = known.timed((base ? first : arm).subject(), length, request.limits())
                    .orElseThrow();
            RunRecord own = base ? timed.base() : timed.own();
            points.add(ParetoPoint.of(arm.series(), own, timed.base(), answers, baseAnswers, metric));
        }
        return points;
    }

    private static RunRecord baseAnswers(KnownRuns known, SweepArm arm, RunRecord.Asked asked) {
        return known.answers(RunRecord.Subject.base(arm.subject().base()), asked)
                .orElseThrow();
    }
}
