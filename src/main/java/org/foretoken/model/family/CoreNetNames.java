package org.foretoken.model.family;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.torch.Tensors;

/** An OpenELM under the names that CoreNet's own checkpoints have: those of its Hub folders without {@code transformer.} before them. */
public final class CoreNetNames {
    /** What OpenELM's Hub folders have before CoreNet's names. */
    private static final String HUB_PREFIX = "transformer.";

    private static final List<String> OF_LAYERS = List.of("attn_norm", "qkv", "out", "ffn_norm", "gate_up", "down");

    private static final String LAYERS = "layers.";

    private CoreNetNames() {}

    /**
     * What this program calls each weight, and what CoreNet does.
     *
     * @param config of an OpenELM
     */
    public static Map<String, String> of(DecoderConfig config) {
        WeightNames hub = WeightNames.HUB_OPENELM;
        Map<String, String> names = new LinkedHashMap<>();
        names.put("embedding", withoutPrefix(hub.embedding()));
        for (int i = 0; i < config.layers().size(); i++) {
            List<String> weights = config.layers().get(i).qkNorm()
                    ? Stream.concat(OF_LAYERS.stream(), Stream.of("q_norm", "k_norm"))
                            .toList()
                    : OF_LAYERS;
            for (String weight : weights) {
                names.put(
                        "layers." + i + "." + weight,
                        withoutPrefix(WeightNames.at(hub.of(weight).get(0), i)));
            }
        }
        names.put("norm", withoutPrefix(hub.finalNorm()));
        if (!config.tiedEmbeddings()) {
            names.put("head", "classifier.weight");
        }
        return names;
    }

    private static String withoutPrefix(String hubName) {
        return hubName.substring(HUB_PREFIX.length());
    }

    /**
     * A stored model's weights under CoreNet's names, in the caller's scope.
     *
     * @param layers which of the model's layers, in order
     */
    public static Map<String, Tensor> weights(StoredModel stored, List<Integer> layers) throws ForetokenException {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry :
                of(stored.config().select(layers)).entrySet()) {
            weights.put(entry.getValue(), weight(stored, layers, entry.getKey()));
        }
        return weights;
    }

    private static Tensor weight(StoredModel stored, List<Integer> layers, String ours) throws ForetokenException {
        if (!ours.startsWith(LAYERS)) {
            return switch (ours) {
                case "embedding" -> stored.embedding();
                case "norm" -> stored.finalNorm();
                default -> stored.head().tensor();
            };
        }
        int layer = layers.get(layer(ours));
        return switch (weightOf(ours)) {
            case "attn_norm" -> stored.attnNorm(layer);
            case "qkv" -> stored.qkv(layer).tensor();
            case "q_norm" -> requireNonNull(stored.qNorm(layer));
            case "k_norm" -> requireNonNull(stored.kNorm(layer));
            case "out" -> stored.out(layer).tensor();
            case "ffn_norm" -> stored.ffnNorm(layer);
            case "gate_up" -> stored.gateUp(layer).tensor();
            default -> stored.down(layer).tensor();
        };
    }

    private static int layer(String ours) {
        return Integer.parseInt(ours.substring(LAYERS.length(), ours.indexOf('.', LAYERS.length())));
    }

    private static String weightOf(String ours) {
        return ours.substring(ours.indexOf('.', LAYERS.length()) + 1);
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
            Tensor weight = checkpoint.weights().tensor(name);
            if (!weight.is_floating_point() || !Tensors.isFinite(weight)) {
                throw new ForetokenException("Tensor " + name + " of the checkpoint has "
                        + (weight.is_floating_point() ? "numbers that aren't finite" : "whole numbers")
                        + ": the file is damaged, or its training diverged; take an earlier checkpoint.");
            }
            weights.put(entry.getKey(), weight);
        }
        return weights;
    }

    private static List<Long> shape(DecoderConfig config, String ours) {
        long width = config.width();
        if (!ours.startsWith(LAYERS)) {
            return ours.equals("norm") ? List.of(width) : List.of((long) config.vocabulary(), width);
        }
        LayerShape s = config.layers().get(layer(ours));
        return switch (weightOf(ours)) {
            case "qkv" -> List.of(s.queryDim() + 2L * s.kvDim(), width);
            case "q_norm", "k_norm" -> List.of((long) s.headDim());
            case "out" -> List.of(width, (long) s.queryDim());
            case "gate_up" -> List.of(2L * s.ffnDim(), width);
            case "down" -> List.of(width, (long) s.ffnDim());
            default -> List.of(width);
        };
    }
}
