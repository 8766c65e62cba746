package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A tokenizer of 256 bytes, a few merges and two special tokens, as a Hub folder and as GGUF metadata. */
final class TinyTokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> MERGES =
            List.of("h e", "l l", "he ll", "hell o", "\u0120 \u0120", "\u00f0 \u0141", "1 2", "a b");

    private TinyTokenizer() {}

    /** The alphabet of bytes, the merged tokens, {@code <s>} and {@code </s>}. */
    static List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        for (int c = '!'; c < 0x144; c++) {
            if (c <= '~' || (c > 0xA0 && c != 0xAD)) {
                tokens.add(Character.toString(c));
            }
        }
        assertThat(tokens).hasSize(256);
        MERGES.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.addAll(List.of("<s>", "</s>"));
        return tokens;
    }

    static Map<String, Object> gguf() {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", "smollm");
        metadata.put("tokenizer.ggml.tokens", tokens());
        int[] types = new int[tokens().size()];
        Arrays.fill(types, 1);
        types[types.length - 2] = 3;
        types[types.length - 1] = 3;
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.merges", MERGES.toArray(new String[0]));
        metadata.put("tokenizer.ggml.bos_token_id", 264);
        metadata.put("tokenizer.ggml.eos_token_id", 265L);
        return metadata;
    }

    /** The same, as Hugging Face writes it: the special tokens only among the added ones. */
    static ObjectNode hub() {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocab = model.putObject("vocab");
        List<String> tokens = tokens();
        for (int id = tokens.size() - 1; id >= 0; id--) {
            if (id < 264) {
                vocab.put(tokens.get(id), id);
            } else {
                added.insertObject(0)
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
            }
        }
        ArrayNode merges = model.putArray("merges");
        MERGES.forEach(merges::add);
        ArrayNode steps =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        ObjectNode byteLevel = steps.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        root.set("decoder", byteLevel.deepCopy());
        return root;
    }

    /** Another one, by SentencePiece, as GGUF metadata: three special tokens, 256 bytes, a space, four, and a word of one letter. */
    static Map<String, Object> sentencePiece() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
        }
        tokens.addAll(List.of("\u2581", "\u2581\u2581\u2581\u2581", "\u2581a"));
        int[] types = new int[tokens.size()];
        Arrays.fill(types, 3, 259, 6);
        Arrays.fill(types, 259, types.length, 1);
        types[0] = 2;
        types[1] = 3;
        types[2] = 3;
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.tokens", tokens);
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.scores", new float[types.length]);
        metadata.put("tokenizer.ggml.unknown_token_id", 0);
        metadata.put("tokenizer.ggml.bos_token_id", 1);
        metadata.put("tokenizer.ggml.eos_token_id", 2);
        return metadata;
    }

    /** Writes it into a folder and opens it. */
    static Tokenizer open(Path folder, ObjectNode root) throws Exception {
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        return Tokenizer.ofFolder(folder);
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
