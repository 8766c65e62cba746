package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizer files and metadata that are broken or hostile: a sentence each. */
class TokenizerBadInputTest {
    private static final Path GGUF = Path.of("tiny.gguf");

    @TempDir
    Path folder;

    private void refused(String message, Consumer<ObjectNode> change) {
        ObjectNode root = TinyTokenizer.hub();
        change.accept(root);
        assertThatThrownBy(() -> TinyTokenizer.open(folder, root))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
    }

    private static void ggufRefused(String key, Object value, String... parts) {
        Map<String, Object> metadata = TinyTokenizer.gguf();
        metadata.put("tokenizer.ggml." + key, value);
        assertThatThrownBy(() -> Tokenizer.ofGguf(GGUF, metadata))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("tiny.gguf: tokenizer.ggml.")
                .hasMessageContainingAll(parts);
    }

    @Test
    void aFolderWithoutTokenizerSaysWhatToDo() {
        assertThat(Tokenizer.existsIn(folder)).isFalse();
        assertThatThrownBy(() -> Tokenizer.ofFolder(folder))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("has no tokenizer.json")
                .hasMessageContaining("copy the one");
    }

    @Test
    void aFileCutShortAnywhereGivesASentence() throws Exception {
        String whole = TinyTokenizer.hub().toString();
        for (int length = 0; length < whole.length(); length += 13) {
            Files.writeString(folder.resolve("tokenizer.json"), whole.substring(0, length));
            assertThatThrownBy(() -> Tokenizer.ofFolder(folder)).isInstanceOf(ForetokenException.class);
        }
    }

    @Test
    void whatWouldEndTheProcessIsRefusedFirst() throws Exception {
        String special =
                "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}}],\"pair\":[],"
                        + "\"special_tokens\":{}}";
        refused("post_processor", root -> root.set("post_processor", TinyTokenizer.tree(special)));
        refused(
                "continuing_subword_prefix",
                root -> ((ObjectNode) root.get("model")).put("continuing_subword_prefix", "####"));
        refused(
                "repeats a repetition",
                root -> root.set(
                        "pre_tokenizer",
                        TinyTokenizer.tree(
                                "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?:a+)+$\"},\"behavior\":\"Isolated\",\"invert\":false}")));
        refused(
                "too deep in each other",
                root -> root.set("pre_tokenizer", split("(".repeat(50_000) + "a" + ")".repeat(50_000))));
        refused("too deep", root -> root.set("pre_tokenizer", split("[".repeat(4000) + "a" + "]".repeat(4000))));
        for (String pattern :
                List.of("{\"String\":\"\"}", "{\"Regex\":\"\"}", "{\"Regex\":\"q*\"}", "{\"Regex\":\"^\"}")) {
            refused("replaces nothing", root -> root.set("normalizer", replace(pattern, "x")));
        }
        refused("64 times as long", root -> root.set("normalizer", replace("{\"String\":\"l\"}", "l".repeat(65))));
        refused(
                "64 times as long",
                root -> root.set(
                        "normalizer",
                        TinyTokenizer.tree("{\"type\":\"Sequence\",\"normalizers\":["
                                + replace("{\"Regex\":\"l\"}", "l".repeat(20)) + ","
                                + replace("{\"Regex\":\"l\"}", "l".repeat(20)) + "]}")));
        for (String value : List.of("1e999", "123456789012345678901234567890", "\"\\ud83d\"")) {
            String json = TinyTokenizer.hub().toString().replace("\"version\":", "\"x\":" + value + ",\"version\":");
            Files.writeString(folder.resolve("tokenizer.json"), json);
            assertThatThrownBy(() -> Tokenizer.ofFolder(folder))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("no text or number");
        }
        refused("does not describe a tokenizer", root -> root.set("decoder", TinyTokenizer.tree("{\"type\":7}")));
    }

    private static JsonNode split(String regex) {
        return TinyTokenizer.tree("{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + regex
                + "\"},\"behavior\":\"Isolated\",\"invert\":false}");
    }

    private static JsonNode replace(String pattern, String content) {
        return TinyTokenizer.tree("{\"type\":\"Replace\",\"pattern\":" + pattern + ",\"content\":\"" + content + "\"}");
    }

    @Test
    void whatPublishedTokenizersReplaceIsReplaced() throws Exception {
        for (String pattern : List.of("{\"String\":\" \"}", "{\"Regex\":\" {2,}\"}")) {
            ObjectNode root = TinyTokenizer.hub();
            root.set("normalizer", replace(pattern, "\u2581"));
            Files.writeString(folder.resolve("tokenizer.json"), root.toString());
            Tokenizer.ofFolder(folder).close();
        }
    }

    @Test
    void aTokenizerThatContradictsItselfIsRefused() {
        refused("has no vocabulary", root -> root.remove("model"));
        refused("the id -1", root -> vocab(root).put("x", -1));
        refused("the id 99999999999", root -> vocab(root).put("x", 99999999999L));
        refused("two tokens the id 3", root -> vocab(root).put("xyz", 3));
        refused(
                "would number it",
                root -> ((ObjectNode) root.path("added_tokens").get(0)).put("id", 400));
        refused("unk_token", root -> ((ObjectNode) root.get("model")).put("unk_token", "nope"));
        refused("does not describe", root -> ((ArrayNode) root.get("model").get("merges")).add("zzz q"));
        refused("not valid JSON", root -> root.set("x", nested(200)));
    }

    private static ObjectNode vocab(ObjectNode root) {
        return (ObjectNode) root.get("model").get("vocab");
    }

    private static JsonNode nested(int depth) {
        return TinyTokenizer.tree("[".repeat(depth) + "]".repeat(depth));
    }

    @Test
    void brokenGgufMetadataNamesFileAndKey() {
        ggufRefused("model", "bert", "tokenizer.ggml.model", "'bert'", "not supported");
        ggufRefused("model", 7, "tokenizer.ggml.model", "7");
        ggufRefused("pre", "unheard-of", "tokenizer.ggml.pre", "'unheard-of'", "qwen2");
        ggufRefused("tokens", "text", "tokenizer.ggml.tokens", "list");
        ggufRefused("tokens", List.of(), "tokenizer.ggml.tokens", "0 entries");
        ggufRefused("tokens", List.of("a", 5), "tokenizer.ggml.tokens[1]", "5");
        ggufRefused("tokens", List.of("a".repeat(100_000)), "tokenizer.ggml.tokens[0]", "100000");
        ggufRefused("tokens", List.of("a", "b", "a"), "tokenizer.ggml.token_type", "266 entries");
        ggufRefused("token_type", new float[266], "tokenizer.ggml.token_type[0]");
        ggufRefused("merges", List.of("ab"), "tokenizer.ggml.merges", "'ab'");
        ggufRefused("merges", List.of("a b c"), "tokenizer.ggml.merges");
        ggufRefused("merges", List.of("a \u4e00"), "tokenizer.ggml.merges", "not in");
        ggufRefused("eos_token_id", 266, "tokenizer.ggml.eos_token_id", "266");
        ggufRefused("bos_token_id", -1, "tokenizer.ggml.bos_token_id", "-1");
        ggufRefused("bos_token_id", 1.5f, "tokenizer.ggml.bos_token_id", "1.5");
        ggufRefused("add_bos_token", "yes", "tokenizer.ggml.add_bos_token");
        for (String key : List.of("model", "tokens", "merges")) {
            Map<String, Object> metadata = TinyTokenizer.gguf();
            metadata.remove("tokenizer.ggml." + key);
            assertThatThrownBy(() -> Tokenizer.ofGguf(GGUF, metadata))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("tiny.gguf: tokenizer.ggml." + key + " is missing");
        }
    }
}
