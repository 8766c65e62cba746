package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer of 256 bytes, a few merges and two special tokens, as a Hub folder and as GGUF metadata. */
class TokenizerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GGUF = Path.of("tiny.gguf");
    private static final List<String> MERGES =
            List.of("h e", "l l", "he ll", "hell o", "\u0120 \u0120", "\u00f0 \u0141", "1 2", "a b");

    @TempDir
    Path folder;

    /** The alphabet of bytes, the merged tokens, {@code <s>} and {@code </s>}. */
    private static List<String> tokens() {
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

    private static Map<String, Object> gguf() {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", "smollm");
        metadata.put("tokenizer.ggml.tokens", tokens());
        int[] types = new int[tokens().size()];
        java.util.Arrays.fill(types, 1);
        types[types.length - 2] = 3;
        types[types.length - 1] = 3;
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.merges", MERGES.toArray(new String[0]));
        metadata.put("tokenizer.ggml.bos_token_id", 264);
        metadata.put("tokenizer.ggml.eos_token_id", 265L);
        return metadata;
    }

    /** The same, as Hugging Face writes it: the special tokens only among the added ones. */
    private static ObjectNode hub() {
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

    private Tokenizer open(ObjectNode root) throws Exception {
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        return Tokenizer.ofFolder(folder);
    }

    private void refused(String message, Consumer<ObjectNode> change) {
        ObjectNode root = hub();
        change.accept(root);
        assertThatThrownBy(() -> open(root))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
    }

    private static void ggufRefused(String key, Object value, String... parts) {
        Map<String, Object> metadata = gguf();
        metadata.put("tokenizer.ggml." + key, value);
        assertThatThrownBy(() -> Tokenizer.ofGguf(GGUF, metadata))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("tiny.gguf: tokenizer.ggml.")
                .hasMessageContainingAll(parts);
    }

    @Test
    void aGgufFileAndAHubFolderOfOneModelAreOneTokenizer() throws Exception {
        try (Tokenizer gguf = Tokenizer.ofGguf(GGUF, gguf());
                Tokenizer hub = open(hub())) {
            assertThat(hub.fingerprint()).isEqualTo(gguf.fingerprint());
            assertThat(hub.kind()).isEqualTo(gguf.kind()).isEqualTo("byte-level BPE, 266 tokens");
            for (String text : List.of("", "hello  2", "a</s>b", "\uD83D\uDE00 12", "\0x")) {
                assertThat(hub.encode(text)).isEqualTo(gguf.encode(text));
                assertThat(hub.decode(hub.encode(text))).isEqualTo(text);
            }
        }
    }

    @Test
    void digitsAreSplitOffBeforeTheByteRule() throws Exception {
        try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, gguf())) {
            assertThat(tokenizer.encode("h  2")).containsExactly('h' - '!', 260, '2' - '!');
            assertThat(tokenizer.encode("12")).hasSize(2);
        }
    }

    /** The merges know 12 and nothing longer: tokens of 12, 123123 and 00123 by the way digits are put together first. */
    @Test
    void thePreTokenizerDecidesHowDigitsAreSplit() throws Exception {
        Map<String, List<Integer>> counts = Map.of(
                "smollm", List.of(2, 6, 5), // one by one
                "qwen2", List.of(2, 6, 5),
                "llama-bpe", List.of(1, 4, 5), // in threes: 001 23
                "gpt-2", List.of(1, 4, 4), // all together
                "default", List.of(1, 4, 4));
        for (Map.Entry<String, List<Integer>> expected : counts.entrySet()) {
            Map<String, Object> metadata = gguf();
            String pre = expected.getKey();
            metadata.put("tokenizer.ggml.pre", pre);
            try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, metadata)) {
                assertThat(List.of("12", "123123", "00123"))
                        .as(pre)
                        .extracting(text -> tokenizer.encode(text).length)
                        .isEqualTo(expected.getValue());
                // Only Qwen's puts accents together with their letters.
                assertThat(tokenizer.decode(tokenizer.encode("He's\r\n  e\u0301x")))
                        .isEqualTo(pre.equals("qwen2") ? "He's\r\n  \u00e9x" : "He's\r\n  e\u0301x");
                assertThat(tokenizer.addsBos()).isEqualTo(pre.equals("llama-bpe"));
            }
        }
    }

    @Test
    void theFingerprintTellsVocabulariesApart() throws Exception {
        Map<String, Object> other = gguf();
        List<String> swapped = new ArrayList<>(MERGES);
        swapped.set(6, MERGES.get(7));
        swapped.set(7, MERGES.get(6));
        other.put("tokenizer.ggml.merges", swapped);
        Map<String, Object> renamed = gguf();
        List<String> tokens = tokens();
        tokens.set(265, "<end>");
        renamed.put("tokenizer.ggml.tokens", tokens);
        try (Tokenizer first = Tokenizer.ofGguf(GGUF, gguf());
                Tokenizer second = Tokenizer.ofGguf(GGUF, other);
                Tokenizer third = Tokenizer.ofGguf(GGUF, renamed)) {
            assertThat(List.of(second.fingerprint(), third.fingerprint())).doesNotContain(first.fingerprint());
        }
    }

    @Test
    void unusedEntriesOfAGgufAreNoTokens() throws Exception {
        Map<String, Object> padded = gguf();
        List<String> tokens = tokens();
        tokens.addAll(List.of("[PAD266]", "[PAD267]"));
        int[] types = java.util.Arrays.copyOf((int[]) padded.get("tokenizer.ggml.token_type"), 268);
        types[266] = 5;
        types[267] = 5;
        padded.put("tokenizer.ggml.tokens", tokens);
        padded.put("tokenizer.ggml.token_type", types);
        try (Tokenizer plain = Tokenizer.ofGguf(GGUF, gguf());
                Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, padded)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(266);
            assertThat(tokenizer.fingerprint()).isEqualTo(plain.fingerprint());
        }
    }

    @Test
    void bosIsAddedWhenTheFileSaysSo() throws Exception {
        Map<String, Object> metadata = gguf();
        metadata.put("tokenizer.ggml.add_bos_token", true);
        try (Tokenizer with = Tokenizer.ofGguf(GGUF, metadata);
                Tokenizer without = Tokenizer.ofGguf(GGUF, gguf())) {
            assertThat(with.addsBos()).isTrue();
            assertThat(with.encode("a", true)).containsExactly(264, with.encode("a")[0]);
            assertThat(without.addsBos()).isFalse();
            assertThat(without.encode("a", true)).hasSize(1);
            assertThat(without.bos()).hasValue(264);
            assertThat(without.endOfText()).containsExactly(265);
        }
    }

    @Test
    void theHubFolderNamesItsSpecialTokens() throws Exception {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\": null, \"eos_token\": {\"content\": \"</s>\"}, \"chat_template\": [{\"name\": \"x\", \"template\":"
                        + " \"no\"}, {\"name\": \"default\", \"template\": \"{{ eos_token }}!\"}]}");
        Files.writeString(folder.resolve("config.json"), "{\"bos_token_id\": 264, \"eos_token_id\": [264, 99999]}");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 0}");
        try (Tokenizer tokenizer = open(hub())) {
            assertThat(tokenizer.bos()).isEmpty();
            assertThat(tokenizer.endOfText()).containsExactlyInAnyOrder(265, 264, 0);
            assertThat(tokenizer.chatTemplate().orElseThrow().render(List.of(), true))
                    .isEqualTo("</s>!");
        }
        Files.writeString(folder.resolve("chat_template.jinja"), "from the file");
        try (Tokenizer tokenizer = open(hub())) {
            assertThat(tokenizer.chatTemplate().orElseThrow().render(List.of(), true))
                    .isEqualTo("from the file");
        }
    }

    @Test
    void anythingStreamsAsItDecodes() throws Exception {
        Random random = new Random(5);
        try (Tokenizer tokenizer = open(hub())) {
            String text = "a\uD83D\uDE00\uD83D\uDE80 \u65E5\u672C\uFFFDx \uD83D\uDC68\u200D\uD83D\uDC69 hello";
            DecodeStream stream = tokenizer.stream();
            StringBuilder streamed = new StringBuilder();
            for (int id : tokenizer.encode(text)) {
                String piece = stream.next(id);
                // The text has one replacement character of its own, before an x.
                assertThat(piece.replace("\uFFFDx", "")).doesNotContain("\uFFFD");
                streamed.append(piece);
            }
            assertThat(streamed.append(stream.end())).hasToString(text);
            for (int round = 0; round < 300; round++) {
                int[] ids = random.ints(40, 0, 266).toArray();
                assertThat(SharedTokenizerTest.streamed(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
            }
        }
    }

    @Test
    void idsOutsideTheVocabularyAreRefused() throws Exception {
        try (Tokenizer tokenizer = open(hub())) {
            for (int id : new int[] {-1, 266, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> tokenizer.decode(new int[] {0, id}))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> tokenizer.token(id)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> tokenizer.stream().next(id)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void halfSurrogatePairsDoNotGarbleTheRest() throws Exception {
        try (Tokenizer tokenizer = open(hub())) {
            assertThat(tokenizer.decode(tokenizer.encode("a\uD83D b\uDE00\uD83D\uDE00")))
                    .isEqualTo("a\uFFFD b\uFFFD\uD83D\uDE00");
        }
    }

    @Test
    void manyThreadsMayUseOneTokenizerAndClosingWaits() throws Exception {
        Tokenizer tokenizer = open(hub());
        int[] expected = tokenizer.encode("hello  2");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                work.add(() -> {
                    int done = 0;
                    for (int n = 0; n < 2000; n++, done++) {
                        assertThat(tokenizer.encode("hello  2")).isEqualTo(expected);
                    }
                    return done;
                });
            }
            for (Future<Integer> result : pool.invokeAll(work)) {
                assertThat(result.get()).isEqualTo(2000);
            }
        } finally {
            pool.shutdownNow();
        }
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tokenizer.decode(new int[] {1})).isInstanceOf(IllegalStateException.class);
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
        String whole = hub().toString();
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
        refused("post_processor", root -> root.set("post_processor", tree(special)));
        refused(
                "continuing_subword_prefix",
                root -> ((ObjectNode) root.get("model")).put("continuing_subword_prefix", "####"));
        refused(
                "repeats a repetition",
                root -> root.set(
                        "pre_tokenizer",
                        tree(
                                "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?:a+)+$\"},\"behavior\":\"Isolated\",\"invert\":false}")));
        for (String value : List.of("1e999", "123456789012345678901234567890", "\"\\ud83d\"")) {
            String json = hub().toString().replace("\"version\":", "\"x\":" + value + ",\"version\":");
            Files.writeString(folder.resolve("tokenizer.json"), json);
            assertThatThrownBy(() -> Tokenizer.ofFolder(folder))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("no text or number");
        }
        refused("does not describe a tokenizer", root -> root.set("decoder", tree("{\"type\":7}")));
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

    private static com.fasterxml.jackson.databind.JsonNode nested(int depth) {
        return tree("[".repeat(depth) + "]".repeat(depth));
    }

    private static com.fasterxml.jackson.databind.JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Settings for cutting and padding in the file must not reach our texts. */
    @Test
    void truncationAndPaddingOfTheFileAreIgnored() throws Exception {
        ObjectNode root = hub();
        root.set(
                "truncation",
                tree("{\"max_length\":2,\"strategy\":\"LongestFirst\",\"stride\":5,\"direction\":\"Right\"}"));
        try (Tokenizer tokenizer = open(root)) {
            assertThat(tokenizer.encode("q".repeat(3000))).hasSize(3000);
        }
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
            Map<String, Object> metadata = gguf();
            metadata.remove("tokenizer.ggml." + key);
            assertThatThrownBy(() -> Tokenizer.ofGguf(GGUF, metadata))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("tiny.gguf: tokenizer.ggml." + key + " is missing");
        }
    }
}
