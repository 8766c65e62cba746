package org.foretoken.train;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.HubWriter;

/** A model's weights as training has them now, to be kept at once. */
public final class TrainedWeights {
    private final DecoderConfig config;
    private final Map<String, Tensor> weights;

    TrainedWeights(DecoderConfig config, Map<String, Tensor> weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Writes them as a Hub folder, matrices in bfloat16.
     *
     * @param more entries for its config.json, such as {@code bos_token_id}
     */
    public void write(Path folder, Map<String, Integer> more) throws ForetokenException {
        HubWriter.write(folder, config, weights, true, more);
    }
}
