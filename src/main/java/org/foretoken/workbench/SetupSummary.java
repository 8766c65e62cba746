package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;

/**
 * A setup as windows and tables show it.
 *
 * @param selectLayers the base's layers that make up the auxiliary, when it is a pruned base
 * @param layerMap for each base layer the auxiliary layer that feeds it
 * @param sharedLayers base layers whose keys and values the auxiliary computes itself, exactly
 * @param made how the predictor came to be; empty while there is none
 * @param hasPredictor whether it can answer with a predicted cache now
 * @param flopsGain executed FLOPs of the base's own prefill over those of this setup, at 512 tokens
 * @param predictorStamp time and size of the predictor's file: another once it was made anew, be all else as it was
 */
public record SetupSummary(
        String name,
        Path folder,
        Path base,
        String baseName,
        Optional<Path> auxiliary,
        String auxiliaryName,
        Optional<List<Integer>> selectLayers,
        List<Integer> layerMap,
        int sharedLayers,
        Source source,
        int tail,
        Optional<SetupFile.Origin> made,
        boolean hasPredictor,
        double flopsGain,
        String predictorStamp) {
    /** Tokens that the predictor was fitted or trained on; empty when it wasn't. */
    public Optional<Long> calibratedTokens() {
        return made.map(SetupFile.Origin::tokens).filter(tokens -> tokens > 0);
    }

    /** Steps of the training that made the predictor; empty when none did. */
    public Optional<Long> trainedSteps() {
        return made.map(SetupFile.Origin::steps);
    }
}
