package org.foretoken.model.family;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;

/** Apple's OpenELM: heads and feed-forward widths grow from layer to layer, queries and keys are normalised, qkv and gate-up are fused. */
final class OpenElm implements Family {
    @Override
    public String name() {
        return "OpenELM";
    }

    @Override
    public String hubArchitecture() {
        return "OpenELMForCausalLM";
    }

    @Override
    public String ggufArchitecture() {
        return "openelm";
    }

    @Override
    public DecoderConfig fromHub(Keys keys) throws ForetokenException {
        keys.refuseUnless("activation_fn_name", "swish", "silu");
        keys.refuseUnless("normalization_layer_name", "rms_norm");
        keys.refuseUnless("ffn_with_glu", "true");
        keys.refuseUnless("quantization_config");
        int layers = keys.positive("num_transformer_layers");
        int width = keys.positive("model_dim");
        int divisor = keys.positive("ffn_dim_divisor", 256);
        List<Integer> heads = keys.perLayer("num_query_heads", layers);
        List<Integer> kvHeads = keys.perLayer("num_kv_heads", layers);
        List<Double> multipliers = ffnMultipliers(keys, layers);
        int headDim = keys.positive("head_dim");
        boolean qkNorm = keys.flag("normalize_qk_projections", false);
        List<LayerShape> shapes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            if (heads.get(i) % kvHeads.get(i) != 0) {
                throw keys.unusable("num_kv_heads", kvHeads, "divisors of the query heads " + heads);
            }
            int ffnDim = makeDivisible(multipliers.get(i) * width, divisor);
            shapes.add(new LayerShape(heads.get(i), kvHeads.get(i), headDim, ffnDim, qkNorm));
        }
        return new DecoderConfig(
                name(),
                keys.positive("vocab_size"),
                width,
                keys.positive("max_context_length"),
                1e-6,
                new Rope(keys.real("rope_freq_constant", 10000), null, List.of()),
                keys.flag("share_input_output_layers", true),
                false,
                false,
                shapes);
    }

    /** Two numbers are the ends of a line from first to last layer, rounded to hundredths as CoreNet does. */
    private static List<Double> ffnMultipliers(Keys keys, int layers) throws ForetokenException {
        List<Double> given = keys.reals("ffn_multipliers");
        if (given.size() == layers) {
            return given;
        }
        if (given.size() != 2) {
            throw keys.unusable("ffn_multipliers", given, "a list of 2 or of " + layers + " numbers");
        }
        List<Double> line = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            double at = given.get(0) + (given.get(1) - given.get(0)) * i / Math.max(1, layers - 1);
            line.add(Math.rint(at * 100) / 100);
        }
        return line;
    }

    /** The nearest multiple of {@code divisor}, one more where that would lose over a tenth. */
    static int makeDivisible(double value, int divisor) {
        int rounded = Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * value ? rounded + divisor : rounded;
    }

    @Override
    public DecoderConfig fromGguf(Keys keys, GgufFacts facts) throws ForetokenException {
        keys.refuseUnless("rope.scaling.type", "none");
        int layers = keys.positive("block_count");
        int headDim = keys.positive("attention.key_length");
        List<Integer> heads = keys.perLayer("attention.head_count", layers);
        List<Integer> kvHeads = keys.perLayer("attention.head_count_kv", layers);
        List<Integer> ffnDims = keys.perLayer("feed_forward_length", layers);
        List<LayerShape> shapes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            shapes.add(new LayerShape(heads.get(i), kvHeads.get(i), headDim, ffnDims.get(i), true));
        }
        return new DecoderConfig(
                name(),
                facts.vocabulary(),
                keys.positive("embedding_length"),
                keys.positive("context_length"),
                keys.real("attention.layer_norm_rms_epsilon"),
                new Rope(keys.real("rope.freq_base", 10000), null, facts.ropeDivisors()),
                facts.tied(),
                false,
                false,
                shapes);
    }

    @Override
    public ObjectNode toHub(DecoderConfig config) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("model_dim", config.width())
                .put("num_transformer_layers", config.layers().size())
                .put("head_dim", config.layers().get(0).headDim())
                .put("vocab_size", config.vocabulary())
                .put("max_context_length", config.contextLength())
                .put("rope_freq_constant", config.rope().theta())
                .put("rope_max_length", 2 * config.contextLength())
                .put("normalize_qk_projections", config.layers().get(0).qkNorm())
                .put("share_input_output_layers", config.tiedEmbeddings())
                .put("activation_fn_name", "swish")
                .put("normalization_layer_name", "rms_norm")
                .put("ffn_with_glu", true)
                // widths are multiples of it, so that the multipliers give them back exactly
                .put("ffn_dim_divisor", 1);
        ArrayNode heads = json.putArray("num_query_heads");
        ArrayNode kvHeads = json.putArray("num_kv_heads");
        ArrayNode multipliers = json.putArray("ffn_multipliers");
        for (LayerShape shape : config.layers()) {
            heads.add(shape.heads());
            kvHeads.add(shape.kvHeads());
            multipliers.add((double) shape.ffnDim() / config.width());
        }
        return json;
    }

    @Override
    public WeightNames hubNames() {
        return WeightNames.HUB_OPENELM;
    }

    @Override
    public WeightNames ggufNames() {
        return new WeightNames(
                WeightNames.GGUF.embedding(),
                WeightNames.GGUF.finalNorm(),
                WeightNames.GGUF.head(),
                WeightNames.GGUF.attnNorm(),
                List.of("blk.N.attn_qkv.weight"),
                WeightNames.GGUF.qNorm(),
                WeightNames.GGUF.kNorm(),
                WeightNames.GGUF.out(),
                WeightNames.GGUF.ffnNorm(),
                WeightNames.GGUF.gateUp(),
                WeightNames.GGUF.down(),
                null);
    }
}
