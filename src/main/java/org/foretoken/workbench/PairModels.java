package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;

/** Makes a setup of two models. */
public final class PairModels {
    private final Workbench workbench;

    public PairModels(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * @param layerMap for each base layer the auxiliary layer that feeds it; empty takes the paper's rule for a smaller model of the family
     * @param predictor CoreNet's or our own predictor.safetensors for it
     */
    public SetupSummary run(Path base, Path auxiliary, List<Integer> layerMap, Optional<Path> predictor, Path out)
            throws ForetokenException {
        return Workbench.notYet(workbench, base, auxiliary, layerMap, predictor, out);
    }
}
