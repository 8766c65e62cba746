package org.foretoken.ui.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.foretoken.generate.GenerationResult;
import org.foretoken.job.Job;
import org.foretoken.kvp.Source;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BrowseRuns;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.EditLayerMap;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.FindModels;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.MeasureKvError;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Workbench;

/**
 * What the window asks of the workbench: the seam that lets a view model be tested with answers of the test's own. Those that return a value at once
 * are quick but read files, so they are called in the background; the others queue a job on the engine thread.
 */
public interface Actions {
    /** The actions of a workbench. */
    static Actions of(Workbench workbench) {
        return new WorkbenchActions(workbench);
    }

    List<FindModels.Found> findModels(List<Path> added);

    ModelSummary inspect(Path model) throws ForetokenException;

    /** Why the two cannot make a setup, each reason a sentence; empty when they can. */
    List<String> checkPair(Path base, Path auxiliary) throws ForetokenException;

    /** The user's setups, most recent first, then those that come with the program. */
    List<SetupSummary> setups();

    /** The setup to show at the very first start; empty where none came with the program. */
    Optional<SetupSummary> firstSetup();

    SetupSummary openSetup(Path folder) throws ForetokenException;

    /** Makes a setup in a new folder among the user's, named after {@code name}. */
    Job<SetupSummary> prune(Path base, PruneLayers.Keep keep, String name);

    /**
     * As {@link #prune} of the layers that matter most.
     *
     * @param count how many stay
     * @param text that tells; empty for the one that comes with the program
     */
    Job<SetupSummary> pruneByImportance(Path base, int count, Optional<Path> text, String name);

    /** Makes a setup of two models in a new folder among the user's, named after {@code name}. */
    Job<SetupSummary> pair(Path base, Path auxiliary, String name);

    Job<Calibrate.Result> calibrate(Calibrate.Request request);

    /** Shapes and link prices of a setup, for its editor. */
    LayerMapSheet openLayerMap(Path setup) throws ForetokenException;

    /** Fits the maps of a layer map from the statistics kept beside the setup and keeps them in memory. */
    Job<EditLayerMap.Fit> fitLayerMap(LayerMapSheet sheet, List<Integer> links, Source source);

    /** Writes a layer map with the maps fitted for it. */
    Job<LayerMapSheet> saveLayerMap(LayerMapSheet sheet, List<Integer> links, Source source, int tail);

    Job<GenerationResult> generate(Generate.Request request, Generate.Listener listener);

    /** Measures each setup's predicted cache on a prompt, one after the other. */
    Job<List<MeasureKvError.OfPrompt>> measureKvError(List<Path> setups, Prompt prompt);

    /** Measures each setup's predicted cache on windows of a text, one after the other. */
    Job<List<MeasureKvError.OfText>> measureKvErrorOfText(List<Path> setups, Path text, int skip, int windows);

    /** Trains a setup, or goes on with a training that was begun. Cancelling the job keeps its state. */
    Job<Train.Result> train(Train.Request request, Consumer<CurvePoint> listener);

    /** Folders beside a setup, and among the user's setups, in which training was begun. */
    List<Path> begunTrainings(Path setup);

    /** What there is in the folder that a trained setup would go to. */
    TrainedFolder trainedFolder(Path out) throws ForetokenException;

    /**
     * A folder for a trained setup.
     *
     * @param begun what was asked for when training was begun there; empty where none was
     * @param curve of that training so far
     * @param isSetup whether some setup is there already
     */
    record TrainedFolder(Optional<Train.Request> begun, List<CurvePoint> curve, boolean isSetup) {}

    /** Asks a task's questions and scores the answers. Cancelling the job keeps those that were given: the same request goes on. */
    Job<Evaluate.Result> evaluate(Evaluate.Request request, Evaluate.Listener listener);

    /** Measures times and scores that aren't recorded yet. What was measured when the job is cancelled stays recorded. */
    Job<SweepPareto.Result> sweep(SweepPareto.Request request, SweepPareto.Listener listener);

    /** The charts that the records of a base make, by the hash of its weights, the newest first. */
    List<Pareto> recordedCharts(String base, Axes axes) throws ForetokenException;

    /** Times a setup at a few lengths, and foretells what others take. */
    Job<BreakEven.Result> breakEven(BreakEven.Request request);

    /** A sweep of the setups that come with the program. */
    SweepPareto.Request quickSweep(Axes axes) throws ForetokenException;

    /** The questions that come with the program; empty where none did. */
    Optional<Path> quizData();

    /** The records of what was measured and trained. */
    Runs runs();

    /** Those records: quick, but in a file. */
    interface Runs {
        /** All of them, with what is wrong with their file. */
        RunFile.Contents read() throws ForetokenException;

        /** Takes one away for good. */
        void delete(String id) throws ForetokenException;

        /** Opens the setup or the model that one is of. */
        BrowseRuns.Reopened reopen(RunRecord record) throws ForetokenException;
    }

    /** Writes a file where the user wants it, whole or not at all. */
    void write(Path file, byte[] bytes) throws ForetokenException;

    /** The job on the engine thread now. */
    Optional<Job<?>> running();

    /** How many jobs wait for the engine thread. */
    int waiting();

    Workbench.Engine engine();

    /** The folder of settings, setups and logs. */
    Path home();
}
