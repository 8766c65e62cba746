package org.foretoken.ui;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;

/** Sweeps with made-up figures. A point is measured when the test lets it. */
public final class FakeSweeps {
    /** What was asked for, in order. */
    public final List<SweepPareto.Request> asked = Collections.synchronizedList(new ArrayList<>());
    /** Points that may be measured. */
    public final Semaphore points = new Semaphore(0);
    /** What the next point fails with, if anything. */
    public volatile Optional<ForetokenException> failure = Optional.empty();

    /** Charts that records make, by the base's hash. */
    public final Map<String, List<Pareto>> recorded = new ConcurrentHashMap<>();

    private int measured;

    static SweepPareto.Request quick(List<SetupSummary> setups, Axes axes) throws ForetokenException {
        return new SweepPareto.Request(
                setups.stream().map(SetupSummary::folder).toList(),
                List.of(),
                true,
                List.of(),
                Task.of("quiz"),
                Path.of("/samples/quiz.jsonl"),
                Optional.empty(),
                200,
                List.of(512),
                new TtftProtocol.Limits(50, 10),
                false,
                axes,
                0);
    }

    /** What a sweep of these setups comes to. */
    public static Pareto chart(List<SetupSummary> setups) {
        try {
            SweepPareto.Request request =
                    quick(setups, new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false));
            return pareto(request, all(request, setups));
        } catch (ForetokenException e) {
            throw new AssertionError(e);
        }
    }

    /** The chart of a text, with another's first point. */
    public static Pareto ofText(Pareto other) {
        return new Pareto(
                "wiki",
                1,
                "perplexity",
                false,
                4,
                other.machine(),
                other.axes(),
                other.points().subList(0, 1));
    }

    SweepPareto.Result run(
            SweepPareto.Request request, List<SetupSummary> setups, SweepPareto.Listener listener, Progress progress)
            throws ForetokenException {
        asked.add(request);
        List<ParetoPoint> all = all(request, setups);
        List<ParetoPoint> soFar = new ArrayList<>();
        int before = measured;
        for (ParetoPoint point : all) {
            if (soFar.size() >= measured) {
                waitForPoint(progress, soFar.size(), all.size());
                if (failure.isPresent()) {
                    throw failure.get();
                }
                measured++;
            }
            soFar.add(point);
            listener.onPoint(point, pareto(request, soFar));
        }
        return new SweepPareto.Result(
                pareto(request, soFar), before, measured - before, Path.of("/home/runs/runs.jsonl"), List.of());
    }

    private void waitForPoint(Progress progress, int done, int all) {
        try {
            do {
                progress.report((done + 1) + " of " + all + ": timing", done, all);
            } while (!points.tryAcquire(5, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Pareto pareto(SweepPareto.Request request, List<ParetoPoint> points) {
        Machine machine = new Machine("AMD EPYC 7763", 2, 4, 8L << 30, "Linux", "25", "bf16", "bf16", 2, "mains");
        boolean higher = request.task().metrics().get(0).higherIsBetter();
        return new Pareto(
                        request.task().name(),
                        request.task().version(),
                        request.metric().map(m -> m.label()).orElse("exact_match"),
                        higher,
                        request.limit(),
                        machine,
                        request.axes(),
                        points)
                .on(request.axes());
    }

    private static List<ParetoPoint> all(SweepPareto.Request request, List<SetupSummary> setups) {
        List<ParetoPoint> all = new ArrayList<>();
        boolean higher = request.task().metrics().get(0).higherIsBetter();
        for (int length : request.lengths()) {
            all.add(point("base", "base", Arm.BASE, null, length, 1, 0.88, higher));
            for (SetupSummary setup : setups) {
                int number = setups.indexOf(setup);
                List<Integer> tails = request.tails().isEmpty() ? List.of(setup.tail()) : request.tails();
                for (int tail : tails) {
                    all.add(point(
                            setup.name(),
                            setup.name() + ", tail " + tail,
                            Arm.KV_PREDICTION,
                            tail,
                            length,
                            1.9 + 0.4 * number - tail / 80.0,
                            0.8 - 0.08 * number + tail / 600.0,
                            higher));
                }
                if (request.auxiliaries()) {
                    all.add(point(
                            setup.name(),
                            setup.name() + ", auxiliary alone",
                            Arm.AUXILIARY,
                            null,
                            length,
                            2.1 + 0.5 * number,
                            0.45 - 0.1 * number,
                            higher));
                }
            }
            for (Arm arm : request.further()) {
                String series = arm.key().split(":", -1)[0];
                all.add(point(series, arm.label(), arm, null, length, 1.6, 0.3, higher));
            }
        }
        return all;
    }

    private static ParetoPoint point(
            String series,
            String label,
            Arm arm,
            @org.jspecify.annotations.Nullable Integer tail,
            int length,
            double gainAtNone,
            double score,
            boolean higherIsBetter) {
        double gain = arm.equals(Arm.BASE) ? 1 : gainAtNone * (1 + length / 3000.0);
        double ttft = length * 0.4 / gain;
        double shown = higherIsBetter ? score : 20 / score;
        boolean base = arm.equals(Arm.BASE);
        return new ParetoPoint(
                ParetoPoint.MEASURED,
                series,
                label,
                arm.key(),
                tail,
                length,
                new Estimate(ttft, ttft * 0.97, ttft * 1.04),
                base ? new Estimate(1, 1.0, 1.0) : new Estimate(gain, gain * 0.95, gain * 1.06),
                new ParetoPoint.FlopsGain(gain * 1.1, gain * 1.05, gain * 1.04),
                new Estimate(shown, shown * 0.93, shown * 1.05),
                !higherIsBetter
                        ? null
                        : base ? new Estimate(1, 1.0, 1.0) : new Estimate(score / 0.88, score / 0.93, score / 0.84),
                false,
                List.of("t-" + arm.key() + "-" + length, "a-" + arm.key()),
                null,
                null);
    }
}
