package org.foretoken.model.family;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;

/** Writes a decoder as a Hub folder that this program and Hugging Face's library read: config.json and model.safetensors. */
public final class HubWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private HubWriter() {}

    /**
     * Writes both files, each whole or not at all, the weights first.
     *
     * @param folder made where needed
     * @param weights by {@code embedding}, {@code layers.N.attn_norm}, {@code …qkv}, {@code …gate_up} and so on, in this program's layout; {@code head}
     *     where it isn't tied
     * @param half whether matrices are stored in bfloat16; otherwise, like norms and biases always, in float32
     * @param more entries for config.json, such as {@code bos_token_id}
     */
    public static void write(
            Path folder, DecoderConfig config, Map<String, Tensor> weights, boolean half, Map<String, Integer> more)
            throws ForetokenException {
        ScalarType dtype = half ? ScalarType.BFloat16 : ScalarType.Float;
        Family family = StoredModel.family(config.family());
        ObjectNode json = family.toHub(config);
        json.putArray("architectures").add(family.hubArchitecture());
        json.put("model_type", config.family().toLowerCase(Locale.ROOT));
        json.put("torch_dtype", half ? "bfloat16" : "float32");
        more.forEach(json::put);
        try (PointerScope scope = new PointerScope()) {
            Files.createDirectories(folder);
            Map<String, Tensor> named = new Names(family.hubNames(), config, weights, dtype).all();
            SafetensorsWriter.write(folder.resolve("model.safetensors"), named, Map.of("format", "pt"));
            AtomicFile.write(
                    folder.resolve("config.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        } catch (IOException e) {
            throw new ForetokenException(folder + " can't be written: " + ForetokenException.reason(e), e);
        }
    }

    /** The weights under the family's names, fused projections cut where the family keeps them apart. */
    private record Names(WeightNames names, DecoderConfig config, Map<String, Tensor> weights, ScalarType dtype) {
        Map<String, Tensor> all() {
            Map<String, Tensor> all = new LinkedHashMap<>();
            weights.forEach((ours, tensor) -> {
                String[] path = ours.split("\\.", -1);
                if (path.length == 1) {
                    all.put(
                            switch (ours) {
                                case "embedding" -> names.embedding();
                                case "norm" -> names.finalNorm();
                                default -> names.head();
                            },
                            stored(tensor));
                } else {
                    put(all, Integer.parseInt(path[1]), path[2], tensor);
                }
            });
            return all;
        }

        private void put(Map<String, Tensor> all, int layer, String name, Tensor tensor) {
            LayerShape s = config.layers().get(layer);
            List<String> theirs = names.of(name);
            long[] rows =
                    switch (theirs.size()) {
                        case 3 -> new long[] {s.queryDim(), s.kvDim(), s.kvDim()};
                        case 2 -> new long[] {s.ffnDim(), s.ffnDim()};
                        default -> new long[] {tensor.size(0)};
                    };
            long at = 0;
            for (int i = 0; i < rows.length; i++) {
                all.put(WeightNames.at(theirs.get(i), layer), stored(tensor.narrow(0, at, rows[i])));
                at += rows[i];
            }
        }

        private Tensor stored(Tensor tensor) {
            return tensor.detach().to(tensor.dim() > 1 ? dtype : ScalarType.Float);
        }
    }
}
