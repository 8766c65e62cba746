package org.foretoken.ui;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.generate.GenerationResult;
import org.foretoken.job.Job;
import org.foretoken.job.JobQueue;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.shell.Actions;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.EditLayerMap;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.Export;
import org.foretoken.workbench.FindModels.Found;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfText;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Workbench;

/** A workbench's answers without an engine: the times are made up, the threads are real. */
public final class FakeActions implements Actions, AutoCloseable {
    public final JobQueue jobs = new JobQueue();
    public final List<SetupSummary> setups = new CopyOnWriteArrayList<>();
    /** What comes with the program. */
    public volatile Optional<SetupSummary> first = Optional.empty();

    public final List<Generate.Request> generated = Collections.synchronizedList(new ArrayList<>());
    /** Texts that were measured, in order. */
    public final List<MeasuredText> measuredTexts = Collections.synchronizedList(new ArrayList<>());

    public final List<Prompt> measured = Collections.synchronizedList(new ArrayList<>());
    public final List<Calibrate.Request> calibrated = Collections.synchronizedList(new ArrayList<>());
    /** The texts that layers were ranked on; empty for the built-in one. */
    public final List<Optional<Path>> rankedTexts = Collections.synchronizedList(new ArrayList<>());
    /** What was saved, in order. */
    public final List<SavedMap> savedMaps = Collections.synchronizedList(new ArrayList<>());
    /** What was fitted after edits, in order; the tail is of no account. */
    public final List<SavedMap> fittedMaps = Collections.synchronizedList(new ArrayList<>());
    /** Milliseconds that a fake fit takes. */
    public volatile int fitMillis;
    /** Sheets of setups in place of those made up. */
    public final Map<Path, LayerMapSheet> layerMaps = new ConcurrentHashMap<>();
    /** Trainings that were begun, and how they go. */
    public final FakeTraining training = new FakeTraining(this::remember);
    /** Evaluations that were begun, and how they go. */
    public final FakeTasks tasks = new FakeTasks();
    /** Sweeps, and how they go. */
    public final FakeSweeps sweeps = new FakeSweeps();
    /** Break-even measurements, and how they go. */
    public final FakeBreakEven breakEven = new FakeBreakEven();
    /** Run records. */
    public final FakeRuns runs = new FakeRuns();
    /** Milliseconds that a fake token takes. */
    public volatile boolean kernelChosen = true;

    public volatile int tokenMillis;
    /** Milliseconds that one of a hundred steps of a fake calibration takes. */
    public volatile int calibrationStepMillis;
    /** How often an answer's words come, one time after the other. */
    public volatile int repeat = 1;
    /** What the base's answer, fitting and saving fail with, if anything. */
    public volatile Optional<ForetokenException> failure = Optional.empty();

    private final Path home;

    /** A call of {@link #measureKvErrorOfText}. */
    public record MeasuredText(Path text, int skip, int windows) {}

    /** A call of {@link #saveLayerMap}. */
    public record SavedMap(Path setup, List<Integer> links, Source source, int tail) {}

    public FakeActions(Path home) {
        this.home = home;
    }

    /** One whose auxiliary is the first so many layers. */
    public SetupSummary setup(int layers, boolean calibrated) {
        return setup(IntStream.range(0, layers).boxed().toList(), calibrated);
    }

    public SetupSummary setup(List<Integer> layers, boolean calibrated) {
        return setup(layers, calibrated, "");
    }

    private SetupSummary setup(List<Integer> layers, boolean calibrated, String predictorStamp) {
        return new SetupSummary(
                "smollm2-135m-instruct-first-" + layers.size() + "-layers",
                home.resolve("setups").resolve("smollm2-first-" + layers.size()),
                FakeModels.SMOL,
                "SmolLM2-135M-Instruct",
                Optional.empty(),
                "SmolLM2-135M-Instruct",
                Optional.of(layers),
                IntStream.range(0, 30)
                        .map(i -> Math.min(i, layers.size() - 1))
                        .boxed()
                        .toList(),
                layers.size(),
                Source.HIDDEN,
                1,
                calibrated
                        ? Optional.of(SetupFile.Origin.calibrated(8192, List.of("wiki.txt"), 0.01, "f32"))
                        : Optional.empty(),
                calibrated,
                1.84,
                predictorStamp);
    }

    @Override
    public List<Found> findModels(List<Path> added) {
        List<Found> found = new ArrayList<>();
        found.add(new Found("OpenELM-270M", FakeModels.ELM, "Hugging Face cache"));
        added.forEach(path -> found.add(new Found(String.valueOf(path.getFileName()), path, "added")));
        return found;
    }

    @Override
    public ModelSummary inspect(Path model) throws ForetokenException {
        if (model.equals(FakeModels.ELM)) {
            return FakeModels.elm();
        }
        if (String.valueOf(model.getFileName()).endsWith(".gguf")) {
            return FakeModels.smol(kernelChosen);
        }
        throw new ForetokenException(model + " is no model: config.json is missing; open a GGUF file or a Hub folder.");
    }

    @Override
    public List<String> checkPair(Path base, Path auxiliary) {
        return List.of(
                "The tokenizers differ: the base has 49,152 tokens, OpenELM-270M has no tokenizer; both must read the same ids.");
    }

    @Override
    public List<SetupSummary> setups() {
        return List.copyOf(setups);
    }

    @Override
    public Optional<SetupSummary> firstSetup() {
        return first;
    }

    @Override
    public SetupSummary openSetup(Path folder) throws ForetokenException {
        return setups.stream()
                .filter(s -> s.folder().equals(folder))
                .findFirst()
                .orElseThrow(() -> new ForetokenException("There is no setup in " + folder + "."));
    }

    @Override
    public Job<SetupSummary> prune(Path base, PruneLayers.Keep keep, String name) {
        return jobs.submit("Making a setup", progress -> remember(setup(keep.layers(), false)));
    }

    @Override
    public Job<SetupSummary> pruneByImportance(Path base, int count, Optional<Path> text, String name) {
        rankedTexts.add(text);
        return jobs.submit("Ranking layers", progress -> {
            for (int i = 0; i < 30; i++) {
                progress.report("Leaving out layer " + i + ", window 1 of 1", i, 30);
                pause(calibrationStepMillis);
            }
            return remember(setup(IntStream.range(0, count).boxed().toList(), false));
        });
    }

    @Override
    public Job<SetupSummary> pair(Path base, Path auxiliary, String name) {
        return jobs.submit("Making a setup", progress -> {
            throw new ForetokenException("The pair can't work.");
        });
    }

    @Override
    public Job<Calibrate.Result> calibrate(Calibrate.Request request) {
        calibrated.add(request);
        return jobs.submit("Calibrating", progress -> {
            for (int i = 0; i < 100; i++) {
                progress.report("Calibrating on 8,192 tokens", i, 100);
                pause(calibrationStepMillis);
            }
            SetupSummary before = openSetup(request.setup());
            SetupSummary after = setup(before.selectLayers().orElseThrow(), true, "fit " + calibrated.size());
            return new Calibrate.Result(remember(after), 8192, 2048, 0.01, 12.3, List.of(), List.of(), List.of());
        });
    }

    private SetupSummary remember(SetupSummary setup) {
        setups.removeIf(s -> s.folder().equals(setup.folder()));
        setups.add(0, setup);
        return setup;
    }

    @Override
    public LayerMapSheet openLayerMap(Path setup) throws ForetokenException {
        SetupSummary summary = openSetup(setup);
        LayerMapSheet made = layerMaps.get(setup);
        if (made != null) {
            return made;
        }
        return summary.calibratedTokens().isPresent()
                ? FakeLayerMaps.sheet(summary, Source.HIDDEN, Source.KV)
                : FakeLayerMaps.sheet(summary);
    }

    @Override
    public Job<EditLayerMap.Fit> fitLayerMap(LayerMapSheet sheet, List<Integer> links, Source source) {
        fittedMaps.add(new SavedMap(sheet.setup().folder(), links, source, 0));
        return jobs.submit("Fitting links", progress -> {
            pause(fitMillis);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return new EditLayerMap.Fit(1, 1, 8.25);
        });
    }

    @Override
    public Job<LayerMapSheet> saveLayerMap(LayerMapSheet sheet, List<Integer> links, Source source, int tail) {
        SetupSummary s = sheet.setup();
        savedMaps.add(new SavedMap(s.folder(), links, source, tail));
        return jobs.submit("Saving the layer map", progress -> {
            if (failure.isPresent()) {
                throw failure.get();
            }
            remember(FakeLayerMaps.saved(s, links, source, tail));
            return openLayerMap(s.folder());
        });
    }

    @Override
    public Job<GenerationResult> generate(Generate.Request request, Generate.Listener listener) {
        generated.add(request);
        return jobs.submit("Answering: " + request.arm().label(), progress -> {
            listener.onTurn();
            return FakeAnswers.of(this, request, listener, progress);
        });
    }

    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Job<List<OfPrompt>> measureKvError(List<Path> setups, Prompt prompt) {
        measured.add(prompt);
        return jobs.submit("Measuring KV error", progress -> {
            for (int i = 0; i < 10; i++) {
                progress.report("Comparing keys and values", i, 10);
                pause(tokenMillis);
            }
            if (failure.isPresent()) {
                throw failure.get();
            }
            return setups.stream()
                    .map(setup -> FakeKvErrors.of(setup, prompt, setups.indexOf(setup)))
                    .toList();
        });
    }

    @Override
    public Job<List<OfText>> measureKvErrorOfText(List<Path> setups, Path text, int skip, int windows) {
        measuredTexts.add(new MeasuredText(text, skip, windows));
        return jobs.submit("Measuring KV error", progress -> {
            for (int i = 0; i < windows; i++) {
                progress.report("Window " + (i + 1) + " of " + windows, i, windows);
                pause(tokenMillis);
            }
            if (failure.isPresent()) {
                throw failure.get();
            }
            return setups.stream()
                    .map(setup -> FakeKvErrors.ofText(setup, windows, setups.indexOf(setup)))
                    .toList();
        });
    }

    @Override
    public Job<Train.Result> train(Train.Request request, Consumer<CurvePoint> listener) {
        return jobs.submit("Training", progress -> {
            SetupSummary trained = training.run(request, openSetup(request.setup()), listener, progress);
            return training.result(request, remember(trained));
        });
    }

    @Override
    public List<Path> begunTrainings(Path setup) {
        return training.folders();
    }

    @Override
    public TrainedFolder trainedFolder(Path out) {
        return training.folder(
                out, setups.stream().anyMatch(setup -> setup.folder().equals(out)));
    }

    @Override
    public Job<Evaluate.Result> evaluate(Evaluate.Request request, Evaluate.Listener listener) {
        return jobs.submit("Evaluating", progress -> tasks.run(request, listener, progress));
    }

    @Override
    public Job<SweepPareto.Result> sweep(SweepPareto.Request request, SweepPareto.Listener listener) {
        List<SetupSummary> swept = setups.stream()
                .filter(setup -> request.setups().contains(setup.folder()))
                .toList();
        return jobs.submit("Sweeping", progress -> sweeps.run(request, swept, listener, progress));
    }

    @Override
    public List<Pareto> recordedCharts(String base, Axes axes) {
        return sweeps.recorded.getOrDefault(base, List.of());
    }

    @Override
    public Job<BreakEven.Result> breakEven(BreakEven.Request request) {
        return jobs.submit("Timing", progress -> breakEven.run(request, progress));
    }

    @Override
    public SweepPareto.Request quickSweep(Axes axes) throws ForetokenException {
        return FakeSweeps.quick(
                setups.stream().filter(SetupSummary::hasPredictor).toList(), axes);
    }

    @Override
    public Optional<Path> quizData() {
        return Optional.of(Path.of("/samples/quiz.jsonl"));
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public void write(Path file, byte[] bytes) throws ForetokenException {
        Export.write(file, bytes);
    }

    @Override
    public Optional<Job<?>> running() {
        return jobs.running();
    }

    @Override
    public int waiting() {
        return jobs.waiting();
    }

    @Override
    public Workbench.Engine engine() {
        return new Workbench.Engine("bf16", 2, 269_000_000);
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() {
        jobs.close(Duration.ofSeconds(5));
    }
}
