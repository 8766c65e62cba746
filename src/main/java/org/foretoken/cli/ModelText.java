package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.Digits;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.ModelSummary.MemoryNeed;

/** A model in words and in JSON. */
final class ModelText {
    private static final int EXAMPLE_PROMPT = 1024;

    private ModelText() {}

    static List<String> lines(ModelSummary model) {
        DecoderConfig config = model.config();
        List<String> lines = new ArrayList<>();
        lines.add(model.name());
        add(lines, "path", model.path() + " (" + model.format() + ", " + Digits.bytes(model.fileBytes()) + ")");
        add(lines, "family", config.family());
        add(lines, "parameters", Units.amount(config.parameters()) + ", most of them " + model.dtype());
        add(lines, "layers", config.layers().size() + ", width " + Digits.count(config.width()));
        layers(lines, config);
        add(
                lines,
                "context",
                Digits.count(config.contextLength()) + " positions, RoPE theta "
                        + Digits.count(Math.round(config.rope().theta()))
                        + (config.rope().scaling() == null
                                        && config.rope().divisors().isEmpty()
                                ? ""
                                : ", Llama 3 scaling"));
        add(
                lines,
                "vocabulary",
                Digits.count(config.vocabulary())
                        + (config.tiedEmbeddings() ? ", embedding and output head tied" : ", output head of its own"));
        add(
                lines,
                "tokenizer",
                model.tokenizer().orElse("none: give prompts as token ids")
                        + (model.tokenizer().isPresent()
                                ? model.chatTemplate() ? ", chat template" : ", no chat template"
                                : ""));
        MemoryNeed need = model.memory();
        add(
                lines,
                "memory",
                Digits.bytes(need.weights()) + " of weights with kernel " + need.kernel()
                        + (need.chosen() ? ": " : " (" + MemoryNeed.UNSURE + "): ")
                        + Digits.bytes(need.prefillWeights()) + " for prompts, " + Digits.bytes(need.decodeWeights())
                        + " for single tokens, "
                        + (need.embedding() > 0
                                ? Digits.bytes(need.embedding()) + " embedding"
                                : "the embedding stays in the file"));
        add(
                lines,
                "",
                Digits.bytes(need.cachePerToken()) + " of cache a token, "
                        + Digits.bytes(need.cachePerToken() * EXAMPLE_PROMPT) + " for " + Digits.count(EXAMPLE_PROMPT));
        add(lines, "hash", model.hash());
        return lines;
    }

    /** A line for each run of equal layers. */
    private static void layers(List<String> lines, DecoderConfig config) {
        List<LayerShape> layers = config.layers();
        for (int from = 0, to; from < layers.size(); from = to) {
            LayerShape shape = layers.get(from);
            for (to = from + 1; to < layers.size() && layers.get(to).equals(shape); ) {
                to++;
            }
            add(
                    lines,
                    to - from == 1 ? "  " + from : "  " + from + "-" + (to - 1),
                    shape.heads() + " query heads, " + shape.kvHeads() + " KV heads of " + shape.headDim()
                            + (shape.qkNorm() ? ", q/k norm" : "") + "; feed-forward " + Digits.count(shape.ffnDim())
                            + "; " + Units.amount(config.parameters(from)) + " parameters each");
        }
    }

    private static void add(List<String> lines, String key, String value) {
        lines.add(String.format("%-12s", key) + value);
    }

    static ObjectNode json(ModelSummary model) {
        DecoderConfig config = model.config();
        ObjectNode json = Json.object()
                .put("name", model.name())
                .put("path", model.path().toString())
                .put("format", model.format())
                .put("file_bytes", model.fileBytes())
                .put("family", config.family())
                .put("parameters", config.parameters())
                .put("dtype", model.dtype())
                .put("width", config.width())
                .put("vocabulary", config.vocabulary())
                .put("context_length", config.contextLength())
                .put("norm_eps", config.normEps())
                .put("rope_theta", config.rope().theta())
                .put(
                        "rope_scaling",
                        config.rope().scaling() == null
                                        && config.rope().divisors().isEmpty()
                                ? null
                                : "llama3")
                .put("tied_embeddings", config.tiedEmbeddings())
                .put("qkv_bias", config.qkvBias())
                .put("out_bias", config.outBias());
        ArrayNode layers = json.putArray("layers");
        for (LayerShape shape : config.layers()) {
            layers.addObject()
                    .put("heads", shape.heads())
                    .put("kv_heads", shape.kvHeads())
                    .put("head_dim", shape.headDim())
                    .put("ffn_dim", shape.ffnDim())
                    .put("qk_norm", shape.qkNorm());
        }
        json.put("tokenizer", model.tokenizer().orElse(null))
                .put("tokenizer_fingerprint", model.tokenizerFingerprint().orElse(null))
                .put("chat_template", model.chatTemplate())
                .put("hash", model.hash());
        MemoryNeed need = model.memory();
        json.putObject("memory")
                .put("kernel", need.kernel())
                .put("kernel_chosen", need.chosen())
                .put("weights_bytes", need.weights())
                .put("prefill_weights_bytes", need.prefillWeights())
                .put("decode_weights_bytes", need.decodeWeights())
                .put("embedding_bytes", need.embedding())
                .put("cache_bytes_per_token", need.cachePerToken());
        return json;
    }
}
