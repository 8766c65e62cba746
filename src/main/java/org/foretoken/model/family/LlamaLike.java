package org.foretoken.model.family;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.foretoken.model.Rope.Llama3Scaling;

/**
 * Llama and its relatives, which differ in biases and norms of queries and keys.
 *
 * @param qkvBias whether the projections always add a bias; otherwise {@code attention_bias} decides
 */
record LlamaLike(String name, String hubArchitecture, String ggufArchitecture, boolean qkvBias, boolean qkNorm)
        implements Family {
    static final LlamaLike LLAMA = new LlamaLike("Llama", "LlamaForCausalLM", "llama", false, false);
    static final LlamaLike MISTRAL = new LlamaLike("Mistral", "MistralForCausalLM", "mistral", false, false);
    static final LlamaLike QWEN2 = new LlamaLike("Qwen2", "Qwen2ForCausalLM", "qwen2", true, false);
    static final LlamaLike QWEN3 = new LlamaLike("Qwen3", "Qwen3ForCausalLM", "qwen3", false, true);

    @Override
    public DecoderConfig fromHub(Keys keys) throws ForetokenException {
        keys.refuseUnless("hidden_act", "silu");
        keys.refuseUnless("mlp_bias", "false");
        keys.refuseUnless("partial_rotary_factor", "1.0", "1");
        for (String key : List.of(
                "quantization_config",
                "num_local_experts",
                "num_experts",
                "embedding_multiplier",
                "residual_multiplier",
                "attention_multiplier",
                "logits_scaling",
                "final_logit_softcapping",
                "attn_logit_softcapping",
                "query_pre_attn_scalar",
                "no_rope_layers")) {
            keys.refuseUnless(key);
        }
        int layers = keys.positive("num_hidden_layers");
        int width = keys.positive("hidden_size");
        int heads = keys.positive("num_attention_heads");
        LayerShape shape = shape(
                keys,
                heads,
                keys.positive("num_key_value_heads", heads),
                keys.positive("head_dim", width / heads),
                keys.positive("intermediate_size"));
        boolean attentionBias = !qkvBias && keys.flag("attention_bias", false);
        return new DecoderConfig(
                name,
                keys.positive("vocab_size"),
                width,
                hubContext(keys),
                keys.real("rms_norm_eps", 1e-6),
                hubRope(keys),
                keys.flag("tie_word_embeddings", false),
                qkvBias || attentionBias,
                attentionBias,
                Collections.nCopies(layers, shape));
    }

    private LayerShape shape(Keys keys, int heads, int kvHeads, int headDim, int ffnDim) throws ForetokenException {
        if (heads % kvHeads != 0) {
            throw keys.unusable("num_key_value_heads", kvHeads, "a divisor of the " + heads + " query heads");
        }
        if (headDim % 2 != 0) {
            throw keys.unusable("head_dim", headDim, "even, for RoPE");
        }
        return new LayerShape(heads, kvHeads, headDim, ffnDim, qkNorm);
    }

    /** Within its sliding window a model attends to everything; past it this program doesn't go. */
    private static int hubContext(Keys keys) throws ForetokenException {
        int context = keys.positive("max_position_embeddings");
        boolean slides = keys.has("sliding_window") && keys.flag("use_sliding_window", true);
        return slides ? Math.min(context, keys.positive("sliding_window")) : context;
    }

    /** Old files say {@code rope_theta} and {@code rope_scaling}, newer ones {@code rope_parameters}. */
    private static Rope hubRope(Keys keys) throws ForetokenException {
        Optional<Keys> parameters = keys.object("rope_parameters");
        Optional<Keys> scaling = parameters.isPresent() ? parameters : keys.object("rope_scaling");
        double theta = parameters.isPresent() && parameters.get().has("rope_theta")
                ? parameters.get().real("rope_theta")
                : keys.real("rope_theta", 10000);
        if (scaling.isEmpty()) {
            return new Rope(theta, null, List.of());
        }
        Keys s = scaling.get();
        s.refuseUnless("rope_type", "default", "llama3");
        s.refuseUnless("type", "default", "llama3");
        s.refuseUnless("partial_rotary_factor", "1.0", "1");
        String type = s.text("rope_type").or(() -> s.text("type")).orElse("default");
        if (type.equals("default")) {
            return new Rope(theta, null, List.of());
        }
        return new Rope(
                theta,
                new Llama3Scaling(
                        s.real("factor"),
                        s.real("low_freq_factor"),
                        s.real("high_freq_factor"),
                        s.positive("original_max_position_embeddings")),
                List.of());
    }

    @Override
    public DecoderConfig fromGguf(Keys keys, GgufFacts facts) throws ForetokenException {
        keys.refuseUnless("rope.scaling.type", "none");
        for (String key :
                List.of("expert_count", "attention.scale", "logit_scale", "embedding_scale", "residual_scale")) {
            keys.refuseUnless(key, "0", "0.0");
        }
        int layers = keys.positive("block_count");
        int width = keys.positive("embedding_length");
        int heads = keys.positive("attention.head_count");
        int headDim = keys.positive("attention.key_length", width / heads);
        keys.refuseUnless("attention.value_length", Integer.toString(headDim));
        keys.refuseUnless("rope.dimension_count", Integer.toString(headDim));
        LayerShape shape = shape(
                keys,
                heads,
                keys.positive("attention.head_count_kv", heads),
                headDim,
                keys.positive("feed_forward_length"));
        int context = keys.positive("context_length");
        return new DecoderConfig(
                name,
                facts.vocabulary(),
                width,
                Math.min(context, keys.positive("attention.sliding_window", context)),
                keys.real("attention.layer_norm_rms_epsilon"),
                new Rope(keys.real("rope.freq_base", 10000), null, facts.ropeDivisors()),
                facts.tied(),
                facts.qkvBias(),
                facts.outBias(),
                Collections.nCopies(layers, shape));
    }

    @Override
    public ObjectNode toHub(DecoderConfig config) throws ForetokenException {
        LayerShape shape = config.layers().get(0);
        if (!config.rope().divisors().isEmpty()) {
            throw new ForetokenException("The model's RoPE has divisors of its own, as GGUF files store them, for which"
                    + " a Hub folder has no place: take the model's Hub folder instead of the GGUF file.");
        }
        if (config.layers().stream().anyMatch(other -> !other.equals(shape))
                || (!qkvBias && config.qkvBias() != config.outBias())) {
            throw new ForetokenException("Layers of several widths, or biases on some projections only, can't be"
                    + " written as a " + name + " model.");
        }
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("hidden_size", config.width())
                .put("intermediate_size", shape.ffnDim())
                .put("num_hidden_layers", config.layers().size())
                .put("num_attention_heads", shape.heads())
                .put("num_key_value_heads", shape.kvHeads())
                .put("head_dim", shape.headDim())
                .put("vocab_size", config.vocabulary())
                .put("max_position_embeddings", config.contextLength())
                .put("rms_norm_eps", config.normEps())
                .put("rope_theta", config.rope().theta())
                .put("hidden_act", "silu")
                .put("tie_word_embeddings", config.tiedEmbeddings());
        if (!qkvBias) {
            json.put("attention_bias", config.qkvBias());
        }
        Llama3Scaling scaling = config.rope().scaling();
        if (scaling != null) {
            json.putObject("rope_scaling")
                    .put("rope_type", "llama3")
                    .put("factor", scaling.factor())
                    .put("low_freq_factor", scaling.lowFreqFactor())
                    .put("high_freq_factor", scaling.highFreqFactor())
                    .put("original_max_position_embeddings", scaling.originalContext());
        }
        return json;
    }

    @Override
    public WeightNames hubNames() {
        return WeightNames.HUB;
    }

    @Override
    public WeightNames ggufNames() {
        return WeightNames.GGUF;
    }

    @Override
    public boolean ggufPairsRope() {
        return ggufArchitecture.equals("llama");
    }
}
