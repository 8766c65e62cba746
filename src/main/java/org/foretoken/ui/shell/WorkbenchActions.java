package org.foretoken.ui.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.foretoken.generate.GenerationResult;
import org.foretoken.job.Job;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BrowseRuns;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.CheckPair;
import org.foretoken.workbench.EditLayerMap;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.Export;
import org.foretoken.workbench.FindModels;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.InspectModel;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.MeasureKvError;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.OpenSetup;
import org.foretoken.workbench.PairModels;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.RankLayers;
import org.foretoken.workbench.RecordedCharts;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.foretoken.workbench.TextStart;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Workbench;

/** The real thing. */
final class WorkbenchActions implements Actions {
    private final Workbench workbench;

    WorkbenchActions(Workbench workbench) {
        this.workbench = workbench;
    }

    @Override
    public List<FindModels.Found> findModels(List<Path> added) {
        return new FindModels(workbench).run(added);
    }

    @Override
    public ModelSummary inspect(Path model) throws ForetokenException {
        return new InspectModel(workbench).run(model);
    }

    @Override
    public List<String> checkPair(Path base, Path auxiliary) throws ForetokenException {
        return new CheckPair(workbench).run(base, auxiliary);
    }

    @Override
    public List<SetupSummary> setups() {
        return new OpenSetup(workbench).all();
    }

    @Override
    public Optional<SetupSummary> firstSetup() {
        return new OpenSetup(workbench).samples().stream().findFirst();
    }

    @Override
    public SetupSummary openSetup(Path folder) throws ForetokenException {
        return new OpenSetup(workbench).run(folder);
    }

    @Override
    public Job<SetupSummary> prune(Path base, PruneLayers.Keep keep, String name) {
        return workbench
                .jobs()
                .submit("Making a setup", progress -> new PruneLayers(workbench).run(base, keep, newFolder(name)));
    }

    @Override
    public Job<SetupSummary> pruneByImportance(Path base, int count, Optional<Path> text, String name) {
        return workbench.jobs().submit("Ranking layers", progress -> {
            TextStart read = text.isPresent() ? TextStart.of(text.get()) : TextStart.builtIn();
            PruneLayers.Keep keep = new RankLayers(workbench)
                    .run(base, read, RankLayers.TOKENS, progress)
                    .keep(count);
            return new PruneLayers(workbench).run(base, keep, newFolder(name));
        });
    }

    @Override
    public Job<SetupSummary> pair(Path base, Path auxiliary, String name) {
        return workbench
                .jobs()
                .submit(
                        "Making a setup",
                        progress -> new PairModels(workbench)
                                .run(base, auxiliary, List.of(), Optional.empty(), newFolder(name)));
    }

    @Override
    public Job<Calibrate.Result> calibrate(Calibrate.Request request) {
        return workbench
                .jobs()
                .submit(
                        "Calibrating",
                        progress -> new Calibrate(workbench).run(apartWhereItMatters(request), progress));
    }

    /** A trained setup keeps what it learned, one that came with the program what it came with: calibrating makes another of it. */
    private Calibrate.Request apartWhereItMatters(Calibrate.Request request) throws ForetokenException {
        OpenSetup setups = new OpenSetup(workbench);
        SetupSummary setup = setups.run(request.setup());
        if (setup.trainedSteps().isEmpty() && !setups.isSample(setup)) {
            return request;
        }
        return request.to(newFolder(setup.name() + "-calibrated"));
    }

    @Override
    public LayerMapSheet openLayerMap(Path setup) throws ForetokenException {
        return new EditLayerMap(workbench).open(setup);
    }

    @Override
    public Job<EditLayerMap.Fit> fitLayerMap(LayerMapSheet sheet, List<Integer> links, Source source) {
        return workbench
                .jobs()
                .submit("Fitting links", progress -> new EditLayerMap(workbench).fit(sheet, links, source));
    }

    @Override
    public Job<LayerMapSheet> saveLayerMap(LayerMapSheet sheet, List<Integer> links, Source source, int tail) {
        return workbench
                .jobs()
                .submit(
                        "Saving the layer map",
                        progress -> new EditLayerMap(workbench).save(sheet, links, source, tail));
    }

    @Override
    public Job<GenerationResult> generate(Generate.Request request, Generate.Listener listener) {
        return workbench.jobs().submit("Answering: " + request.arm().label(), progress -> {
            listener.onTurn();
            Generate generate = new Generate(workbench);
            generate.warmUp(request, progress);
            generate.settle(request, progress);
            return generate.run(request, listener, progress);
        });
    }

    @Override
    public Job<List<MeasureKvError.OfPrompt>> measureKvError(List<Path> setups, Prompt prompt) {
        return workbench.jobs().submit("Measuring KV error", progress -> {
            List<MeasureKvError.OfPrompt> measured = new ArrayList<>();
            for (Path setup : setups) {
                measured.add(new MeasureKvError(workbench).run(setup, prompt, progress));
            }
            return measured;
        });
    }

    @Override
    public Job<List<MeasureKvError.OfText>> measureKvErrorOfText(List<Path> setups, Path text, int skip, int windows) {
        return workbench.jobs().submit("Measuring KV error", progress -> {
            MeasureKvError.Text which = new MeasureKvError.Text(TextStart.of(text), skip, windows, List.of());
            List<MeasureKvError.OfText> measured = new ArrayList<>();
            for (Path setup : setups) {
                measured.add(new MeasureKvError(workbench).run(setup, which, progress));
            }
            return measured;
        });
    }

    @Override
    public Job<Train.Result> train(Train.Request request, Consumer<CurvePoint> listener) {
        return workbench.jobs().submit("Training", progress -> new Train(workbench).run(request, listener, progress));
    }

    @Override
    public List<Path> begunTrainings(Path setup) {
        return new OpenSetup(workbench).begunTrainings(setup);
    }

    @Override
    public TrainedFolder trainedFolder(Path out) throws ForetokenException {
        return new TrainedFolder(Train.begun(out), Train.curve(out), SetupFile.isIn(out));
    }

    @Override
    public Job<Evaluate.Result> evaluate(Evaluate.Request request, Evaluate.Listener listener) {
        return workbench
                .jobs()
                .submit("Evaluating", progress -> new Evaluate(workbench).run(request, listener, progress));
    }

    @Override
    public Job<SweepPareto.Result> sweep(SweepPareto.Request request, SweepPareto.Listener listener) {
        return workbench
                .jobs()
                .submit("Sweeping", progress -> new SweepPareto(workbench).run(request, listener, progress));
    }

    @Override
    public List<Pareto> recordedCharts(String base, Axes axes) throws ForetokenException {
        return new RecordedCharts(workbench).run(base, axes);
    }

    @Override
    public Job<BreakEven.Result> breakEven(BreakEven.Request request) {
        return workbench.jobs().submit("Timing", progress -> new BreakEven(workbench).run(request, progress));
    }

    @Override
    public SweepPareto.Request quickSweep(Axes axes) throws ForetokenException {
        return new SweepPareto(workbench).quick(false, axes);
    }

    @Override
    public Optional<Path> quizData() {
        return new SweepPareto(workbench).quizData();
    }

    @Override
    public Runs runs() {
        BrowseRuns browse = new BrowseRuns(workbench);
        return new Runs() {
            @Override
            public RunFile.Contents read() throws ForetokenException {
                return browse.list(BrowseRuns.Filter.ALL);
            }

            @Override
            public void delete(String id) throws ForetokenException {
                browse.delete(id);
            }

            @Override
            public BrowseRuns.Reopened reopen(RunRecord record) throws ForetokenException {
                return browse.reopen(record);
            }
        };
    }

    @Override
    public void write(Path file, byte[] bytes) throws ForetokenException {
        Export.write(file, bytes);
    }

    @Override
    public Optional<Job<?>> running() {
        return workbench.jobs().running();
    }

    @Override
    public int waiting() {
        return workbench.jobs().waiting();
    }

    @Override
    public Workbench.Engine engine() {
        return workbench.engine();
    }

    @Override
    public Path home() {
        return workbench.home();
    }

    /** A folder that isn't there yet: the name in characters that every file system takes, with a number where it is taken. */
    private Path newFolder(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._]+", "-");
        Path folder = workbench.setupsFolder().resolve(plain);
        for (int i = 2; Files.exists(folder); i++) {
            folder = workbench.setupsFolder().resolve(plain + "-" + i);
        }
        return folder;
    }
}
