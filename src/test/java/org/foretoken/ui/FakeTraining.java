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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.SetupFile;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.foretoken.train.TrainingSettings;
import org.foretoken.ui.shell.Actions.TrainedFolder;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;

/** Trainings that keep their points in memory where the real ones keep them on disk. A step is made when the test lets it. */
public final class FakeTraining {
    /** What was asked for, in order. */
    public final List<Train.Request> asked = Collections.synchronizedList(new ArrayList<>());
    /** Steps that may be made. */
    public final Semaphore steps = new Semaphore(0);
    /** What the next step fails with, if anything. */
    public volatile Optional<ForetokenException> failure = Optional.empty();

    private final Map<Path, Train.Request> begun = new ConcurrentHashMap<>();
    private final Map<Path, List<CurvePoint>> curves = new ConcurrentHashMap<>();
    private final Consumer<SetupSummary> keep;

    /** @param keep hears of the trained setup each time that it is kept */
    FakeTraining(Consumer<SetupSummary> keep) {
        this.keep = keep;
    }

    /** As if an earlier session had come that far. */
    public void begun(Train.Request request, SetupSummary from, int stepsDone) {
        begun.put(request.out(), request);
        List<CurvePoint> curve = curves.computeIfAbsent(request.out(), out -> new ArrayList<>());
        for (int step = 0; step <= stepsDone; step++) {
            addTo(curve, request, from, step, point -> {});
        }
        keep.accept(trained(request, from));
    }

    List<Path> folders() {
        return begun.keySet().stream().sorted().toList();
    }

    TrainedFolder folder(Path out, boolean isSetup) {
        return new TrainedFolder(
                Optional.ofNullable(begun.get(out)), List.copyOf(curves.getOrDefault(out, List.of())), isSetup);
    }

    SetupSummary run(Train.Request request, SetupSummary from, Consumer<CurvePoint> listener, Progress progress)
            throws ForetokenException {
        asked.add(request);
        progress.report("Reading text", 0, 0);
        begun.put(request.out(), request);
        List<CurvePoint> curve =
                curves.computeIfAbsent(request.out(), out -> Collections.synchronizedList(new ArrayList<>()));
        List.copyOf(curve).forEach(listener);
        long done = curve.stream().mapToLong(CurvePoint::step).max().orElse(-1);
        for (long step = done + 1; step <= request.settings().steps(); step++) {
            waitForStep(progress, step, request.settings().steps());
            if (failure.isPresent()) {
                throw failure.get();
            }
            addTo(curve, request, from, step, listener);
            keep.accept(trained(request, from));
        }
        return trained(request, from);
    }

    Train.Result result(Train.Request request, SetupSummary trained) {
        List<CurvePoint> curve = List.copyOf(curves.getOrDefault(request.out(), List.of()));
        return new Train.Result(
                trained,
                curve.get(0),
                curve.get(curve.size() - 1),
                request.settings().steps(),
                curve);
    }

    private void waitForStep(Progress progress, long step, long all) {
        try {
            do {
                progress.report("Training, step " + step + " of " + all, step - 1, all);
            } while (step > 0 && !steps.tryAcquire(5, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void addTo(
            List<CurvePoint> curve,
            Train.Request request,
            SetupSummary from,
            long step,
            Consumer<CurvePoint> listener) {
        TrainingSettings settings = request.settings();
        List<CurvePoint> points = new ArrayList<>();
        if (step > 0) {
            points.add(point(request, from, step, false));
        }
        if (step % settings.validateEvery() == 0 || step == settings.steps()) {
            points.add(point(request, from, step, true));
        }
        points.forEach(point -> {
            curve.add(point);
            listener.accept(point);
        });
    }

    /** From KL 0.356 towards 0.2, with some noise that is the same each time. */
    private static CurvePoint point(Train.Request request, SetupSummary from, long step, boolean heldOut) {
        boolean paper = request.aim() == Train.Aim.PAPER;
        double kl = 0.2
                + 0.156 * Math.exp(-step / 30.0)
                + (heldOut ? 0 : 0.02 * Math.sin(step * 1.7) * Math.cos(step * 0.9));
        double base = 3.2387 + kl * 0.7;
        long tokens = step * request.settings().batch() * request.settings().length();
        double auxiliary = request.part() == Train.Part.PREDICTOR ? 0 : base + 0.6;
        List<Double> keys = errors(from, 0.4 * (0.7 + kl));
        List<Double> values = errors(from, 0.2 * (0.7 + kl));
        double loss = paper ? base + auxiliary + 0.3 : kl;
        Losses losses = new Losses(
                heldOut || !paper ? kl : 0,
                heldOut ? 0.95 - kl : 0,
                heldOut || paper ? base : 0,
                0,
                auxiliary,
                0,
                heldOut ? 3.2387 : 0,
                heldOut ? keys : Collections.nCopies(keys.size(), 0.0),
                heldOut ? values : Collections.nCopies(keys.size(), 0.0));
        return new CurvePoint(
                step, heldOut, tokens, tokens / 450.0, loss, heldOut ? 0 : 3e-4, heldOut ? 0 : 0.6, losses);
    }

    private static List<Double> errors(SetupSummary from, double scale) {
        return IntStream.range(0, from.layerMap().size())
                .mapToDouble(layer -> layer < from.sharedLayers() ? 0 : scale * (0.5 + layer / 30.0))
                .boxed()
                .toList();
    }

    private static SetupSummary trained(Train.Request request, SetupSummary from) {
        return new SetupSummary(
                String.valueOf(request.out().getFileName()),
                request.out(),
                from.base(),
                from.baseName(),
                from.auxiliary(),
                from.auxiliaryName(),
                from.selectLayers(),
                from.layerMap(),
                from.sharedLayers(),
                from.source(),
                from.tail(),
                Optional.of(SetupFile.Origin.calibrated(200_000, List.of("wiki.txt"), 0, "f32")),
                true,
                from.flopsGain(),
                "trained");
    }
}
