package org.foretoken.model.family;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a format keeps each weight. Names of layers hold an N for the layer's number; a bias has the name of its weight with {@code .bias} at the end.
 *
 * @param qkv one fused projection, or query, key and value
 * @param qNorm null where the family has no q/k norm; likewise {@code kNorm}
 * @param gateUp one fused projection, gate first, or gate and up
 * @param ropeDivisors what RoPE's frequencies are divided by, where a format stores that; else null
 */
record WeightNames(
        String embedding,
        String finalNorm,
        String head,
        String attnNorm,
        List<String> qkv,
        @Nullable String qNorm,
        @Nullable String kNorm,
        String out,
        String ffnNorm,
        List<String> gateUp,
        String down,
        @Nullable String ropeDivisors) {
    /** Hugging Face's names of Llama and all that followed it. */
    static final WeightNames HUB = new WeightNames(
            "model.embed_tokens.weight",
            "model.norm.weight",
            "lm_head.weight",
            "model.layers.N.input_layernorm.weight",
            List.of(
                    "model.layers.N.self_attn.q_proj.weight",
                    "model.layers.N.self_attn.k_proj.weight",
                    "model.layers.N.self_attn.v_proj.weight"),
            "model.layers.N.self_attn.q_norm.weight",
            "model.layers.N.self_attn.k_norm.weight",
            "model.layers.N.self_attn.o_proj.weight",
            "model.layers.N.post_attention_layernorm.weight",
            List.of("model.layers.N.mlp.gate_proj.weight", "model.layers.N.mlp.up_proj.weight"),
            "model.layers.N.mlp.down_proj.weight",
            null);

    /** Hugging Face's names of OpenELM. */
    static final WeightNames HUB_OPENELM = new WeightNames(
            "transformer.token_embeddings.weight",
            "transformer.norm.weight",
            "lm_head.weight",
            "transformer.layers.N.attn_norm.weight",
            List.of("transformer.layers.N.attn.qkv_proj.weight"),
            "transformer.layers.N.attn.q_norm.weight",
            "transformer.layers.N.attn.k_norm.weight",
            "transformer.layers.N.attn.out_proj.weight",
            "transformer.layers.N.ffn_norm.weight",
            List.of("transformer.layers.N.ffn.proj_1.weight"),
            "transformer.layers.N.ffn.proj_2.weight",
            null);

    /** llama.cpp's names, the same for all families with three projections. */
    static final WeightNames GGUF = new WeightNames(
            "token_embd.weight",
            "output_norm.weight",
            "output.weight",
            "blk.N.attn_norm.weight",
            List.of("blk.N.attn_q.weight", "blk.N.attn_k.weight", "blk.N.attn_v.weight"),
            "blk.N.attn_q_norm.weight",
            "blk.N.attn_k_norm.weight",
            "blk.N.attn_output.weight",
            "blk.N.ffn_norm.weight",
            List.of("blk.N.ffn_gate.weight", "blk.N.ffn_up.weight"),
            "blk.N.ffn_down.weight",
            "rope_freqs.weight");

    /**
     * Where one of a layer's weights is kept, one name or one for each part.
     *
     * @param weight as this program calls it: {@code attn_norm}, {@code qkv}, {@code qkv_bias} and so on
     */
    List<String> of(String weight) {
        return switch (weight) {
            case "attn_norm" -> List.of(attnNorm);
            case "qkv" -> qkv;
            case "qkv_bias" -> qkv.stream().map(WeightNames::bias).toList();
            case "q_norm" -> List.of(String.valueOf(qNorm));
            case "k_norm" -> List.of(String.valueOf(kNorm));
            case "out" -> List.of(out);
            case "out_bias" -> List.of(bias(out));
            case "ffn_norm" -> List.of(ffnNorm);
            case "gate_up" -> gateUp;
            case "down" -> List.of(down);
            default -> throw new IllegalArgumentException(weight);
        };
    }

    static String at(String name, int layer) {
        return name.replace("N", Integer.toString(layer));
    }

    static String bias(String weight) {
        return weight.replace(".weight", ".bias");
    }
}
