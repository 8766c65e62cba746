package org.foretoken.model.family;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;

/** An OpenELM under the names that CoreNet's own checkpoints have: those of its Hub folders without {@code transformer.} before them. */
public final class CoreNetNames {
    private static final Map<String, String> OF_LAYERS = Map.of(
            "attn_norm", "attn_norm.weight",
            "qkv", "attn.qkv_proj.weight",
            "q_norm", "attn.q_norm.weight",
            "k_norm", "attn.k_norm.weight",
            "out", "attn.out_proj.weight",
            "ffn_norm", "ffn_norm.weight",
            "gate_up", "ffn.proj_1.weight",
            "down", "ffn.proj_2.weight");

    private static final List<String> NORMS_OF_HEADS = List.of("q_norm", "k_norm");

    private CoreNetNames() {}

    /**
     * What this program calls each weight, and what CoreNet does.
     *
     * @param config of an OpenELM
     */
    public static Map<String, String> of(DecoderConfig config) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("embedding", "token_embeddings.weight");
        for (int i = 0; i < config.layers().size(); i++) {
            for (String weight :
                    List.of("attn_norm", "qkv", "q_norm", "k_norm", "out", "ffn_norm", "gate_up", "down")) {
                boolean present = config.layers().get(i).qkNorm() || !NORMS_OF_HEADS.contains(weight);
                if (present) {
                    names.put("layers." + i + "." + weight, "layers." + i + "." + OF_LAYERS.get(weight));
                }
            }
        }
        names.put("norm", "norm.weight");
        if (!config.tiedEmbeddings()) {
            names.put("head", "classifier.weight");
        }
        return names;
    }

    /**
     * A stored model's weights under CoreNet's names, in the caller's scope.
     *
     * @param layers which of the model's layers, in order
     */
    public static Map<String, Tensor> weights(StoredModel stored, List<Integer> layers) throws ForetokenException {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("token_embeddings.weight", stored.embedding());
        for (int i = 0; i < layers.size(); i++) {
            int from = layers.get(i);
            String prefix = "layers." + i + ".";
            weights.put(prefix + "attn_norm.weight", stored.attnNorm(from));
            weights.put(prefix + "attn.qkv_proj.weight", stored.qkv(from));
            Tensor qNorm = stored.qNorm(from);
            Tensor kNorm = stored.kNorm(from);
            if (qNorm != null && kNorm != null) {
                weights.put(prefix + "attn.q_norm.weight", qNorm);
                weights.put(prefix + "attn.k_norm.weight", kNorm);
            }
            weights.put(prefix + "attn.out_proj.weight", stored.out(from));
            weights.put(prefix + "ffn_norm.weight", stored.ffnNorm(from));
            weights.put(prefix + "ffn.proj_1.weight", stored.gateUp(from));
            weights.put(prefix + "ffn.proj_2.weight", stored.down(from));
        }
        weights.put("norm.weight", stored.finalNorm());
        if (!stored.config().tiedEmbeddings()) {
            weights.put("classifier.weight", stored.head());
        }
        return weights;
    }

    /**
     * The weights of one model in a checkpoint by this program's names, in the caller's scope.
     *
     * @param prefix such as {@code auxiliary.}
     * @throws ForetokenException naming a tensor that is missing or of another shape than the configuration calls for
     */
    public static Map<String, Tensor> read(WeightFile checkpoint, String prefix, DecoderConfig config)
            throws ForetokenException {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : of(config).entrySet()) {
            String name = prefix + entry.getValue();
            List<Long> expected = shape(config, entry.getKey());
            List<Long> found = checkpoint.weights().info(name).shape();
            if (!found.equals(expected)) {
                throw new ForetokenException("Tensor " + name + " of the checkpoint is " + found + ", but the setup's"
                        + " model calls for " + expected + ": it was trained for other models.");
            }
            weights.put(entry.getKey(), checkpoint.weights().tensor(name));
        }
        return weights;
    }

    private static List<Long> shape(DecoderConfig config, String ours) {
        long width = config.width();
        if (!ours.startsWith("layers.")) {
            return ours.equals("norm") ? List.of(width) : List.of((long) config.vocabulary(), width);
        }
        int second = ours.indexOf('.', 7);
        LayerShape s = config.layers().get(Integer.parseInt(ours.substring(7, second)));
        return switch (ours.substring(second + 1)) {
            case "qkv" -> List.of(s.queryDim() + 2L * s.kvDim(), width);
            case "q_norm", "k_norm" -> List.of((long) s.headDim());
            case "out" -> List.of(width, (long) s.queryDim());
            case "gate_up" -> List.of(2L * s.ffnDim(), width);
            case "down" -> List.of(width, (long) s.ffnDim());
            default -> List.of(width);
        };
    }
}
