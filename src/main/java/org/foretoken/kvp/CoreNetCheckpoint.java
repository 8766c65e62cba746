package org.foretoken.kvp;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.CoreNetNames;
import org.foretoken.model.family.HubWriter;
import org.foretoken.model.family.StoredModel;

/** Models and predictors as CoreNet's checkpoints hold them. */
public final class CoreNetCheckpoint {
    private CoreNetCheckpoint() {}

    /**
     * Writes a model, or some of its layers, under CoreNet's names.
     *
     * @param stored an OpenELM
     */
    public static void write(StoredModel stored, List<Integer> layers, Path file) throws ForetokenException {
        try (PointerScope scope = new PointerScope()) {
            SafetensorsWriter.write(file, CoreNetNames.weights(stored, layers), Map.of("format", "pt"));
        }
    }

    /**
     * Takes the auxiliary and the predictor out of a whole model's checkpoint.
     *
     * @param checkpoint with {@code auxiliary.} and {@code predicter.} in it; safetensors or torch
     * @param auxiliaryFolder where the auxiliary goes, as a Hub folder in float32
     * @param predictor where the maps go
     * @throws ForetokenException naming a tensor that is missing or of another shape
     */
    public static void take(
            Path checkpoint,
            DecoderConfig base,
            DecoderConfig auxiliary,
            LayerMap map,
            Path auxiliaryFolder,
            Path predictor)
            throws ForetokenException {
        try (WeightFile weights = WeightFile.open(checkpoint);
                PredictorWeights maps = PredictorWeights.readAll(checkpoint, base, auxiliary, map, Source.KV);
                PointerScope scope = new PointerScope()) {
            HubWriter.write(
                    auxiliaryFolder, auxiliary, CoreNetNames.read(weights, "auxiliary.", auxiliary), false, Map.of());
            maps.write(predictor, Source.KV);
        }
    }
}
