package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokenizer of {@link TinyTokenizer}, from either kind of file. */
class TokenizerTest {
    private static final Path GGUF = Path.of("tiny.gguf");

    @TempDir
    Path folder;

    private Tokenizer open(ObjectNode root) throws Exception {
        return TinyTokenizer.open(folder, root);
    }

    @Test
    void aGgufFileAndAHubFolderOfOneModelAreOneTokenizer() throws Exception {
        try (Tokenizer gguf = Tokenizer.ofGguf(GGUF, TinyTokenizer.gguf());
                Tokenizer hub = open(TinyTokenizer.hub())) {
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
        try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, TinyTokenizer.gguf())) {
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
            Map<String, Object> metadata = TinyTokenizer.gguf();
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
                assertThat(tokenizer.encode("a", true)).hasSize(pre.equals("llama-bpe") ? 2 : 1);
            }
        }
    }

    @Test
    void theFingerprintTellsVocabulariesApart() throws Exception {
        Map<String, Object> other = TinyTokenizer.gguf();
        List<String> swapped = new ArrayList<>(TinyTokenizer.MERGES);
        swapped.set(6, TinyTokenizer.MERGES.get(7));
        swapped.set(7, TinyTokenizer.MERGES.get(6));
        other.put("tokenizer.ggml.merges", swapped);
        Map<String, Object> renamed = TinyTokenizer.gguf();
        List<String> tokens = TinyTokenizer.tokens();
        tokens.set(265, "<end>");
        renamed.put("tokenizer.ggml.tokens", tokens);
        try (Tokenizer first = Tokenizer.ofGguf(GGUF, TinyTokenizer.gguf());
                Tokenizer second = Tokenizer.ofGguf(GGUF, other);
                Tokenizer third = Tokenizer.ofGguf(GGUF, renamed)) {
            assertThat(List.of(second.fingerprint(), third.fingerprint())).doesNotContain(first.fingerprint());
        }
    }

    @Test
    void unusedEntriesOfAGgufAreNoTokens() throws Exception {
        Map<String, Object> padded = TinyTokenizer.gguf();
        List<String> tokens = TinyTokenizer.tokens();
        tokens.addAll(List.of("[PAD266]", "[PAD267]"));
        int[] types = java.util.Arrays.copyOf((int[]) padded.get("tokenizer.ggml.token_type"), 268);
        types[266] = 5;
        types[267] = 5;
        padded.put("tokenizer.ggml.tokens", tokens);
        padded.put("tokenizer.ggml.token_type", types);
        try (Tokenizer plain = Tokenizer.ofGguf(GGUF, TinyTokenizer.gguf());
                Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, padded)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(266);
            assertThat(tokenizer.fingerprint()).isEqualTo(plain.fingerprint());
        }
    }

    @Test
    void bosIsAddedWhenTheFileSaysSo() throws Exception {
        Map<String, Object> metadata = TinyTokenizer.gguf();
        metadata.put("tokenizer.ggml.add_bos_token", true);
        try (Tokenizer with = Tokenizer.ofGguf(GGUF, metadata);
                Tokenizer without = Tokenizer.ofGguf(GGUF, TinyTokenizer.gguf())) {
            assertThat(with.encode("a", true)).containsExactly(264, with.encode("a")[0]);
            assertThat(without.encode("a", true)).isEqualTo(without.encode("a"));
            assertThat(without.bos()).hasValue(264);
            assertThat(without.endOfText()).containsExactly(265);
        }
    }

    @Test
    void theGgufFilesEndOfTextComesBeforeItsOtherEnds() throws Exception {
        Map<String, Object> metadata = TinyTokenizer.gguf();
        metadata.put("tokenizer.ggml.eot_token_id", 264);
        metadata.put("tokenizer.ggml.eom_token_id", 7);
        try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, metadata)) {
            assertThat(tokenizer.endOfText()).containsExactly(265, 264, 7);
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
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            assertThat(tokenizer.bos()).isEmpty();
            assertThat(tokenizer.endOfText()).containsExactly(265, 0, 264);
            assertThat(tokenizer.chatTemplate().orElseThrow().render(List.of(), true))
                    .isEqualTo("</s>!");
        }
        Files.writeString(folder.resolve("chat_template.jinja"), "from the file");
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            assertThat(tokenizer.chatTemplate().orElseThrow().render(List.of(), true))
                    .isEqualTo("from the file");
        }
        Files.writeString(folder.resolve("chat_template.jinja"), "{% if");
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            assertThatThrownBy(() -> tokenizer.chatTemplate().orElseThrow().render(List.of(), true))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("chat_template.jinja");
        }
    }

    @Test
    void anythingStreamsAsItDecodes() throws Exception {
        Random random = new Random(5);
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            String text = "a\uD83D\uDE00\uD83D\uDE80 \u65E5\u672C\uFFFDx \uD83D\uDC68\u200D\uD83D\uDC69 hello";
            DecodeStream stream = tokenizer.stream(new int[0]);
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
    void whatGoesOnFromCompleteTextStreamsAsAllOfItDecodes() throws Exception {
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            for (String before : List.of("a", "\n", "12", "\u65E5", "x\uD83D\uDE80", "\u00e9")) {
                assertThat(goingOn(tokenizer, tokenizer.encode(before), tokenizer.encode(" \uD83D\uDE00 hello")))
                        .as(before)
                        .isEqualTo(" \uD83D\uDE00 hello");
            }
        }
    }

    @Test
    void onlyABeginningLosesItsSpaceToSentencePiece() throws Exception {
        int space = 3 + 256; // after the special tokens and the bytes
        int four = space + 1;
        int word = space + 2;
        try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, TinyTokenizer.sentencePiece())) {
            int[] answer = {four, word};
            assertThat(goingOn(tokenizer, new int[0], answer)).isEqualTo("    a");
            assertThat(goingOn(tokenizer, new int[] {word}, answer)).isEqualTo("     a");
            assertThat(goingOn(tokenizer, new int[] {1, word}, answer)).isEqualTo("     a");
            assertThat(goingOn(tokenizer, new int[] {space}, answer)).isEqualTo("     a");
            assertThat(goingOn(tokenizer, bytes("\n"), answer)).isEqualTo("     a");
            assertThat(goingOn(tokenizer, new int[] {word, 1}, answer))
                    .as("after a special token")
                    .isEqualTo("    a");
            assertThat(goingOn(tokenizer, bytes("x\uD83D\uDE80\u65E5"), answer)).isEqualTo("     a");
            assertThat(goingOn(tokenizer, bytes("\u65E5"), bytes("\uD83D\uDE80")))
                    .isEqualTo("\uD83D\uDE80");
        }
    }

    @Test
    void aPromptThatEndsInsideACharacterLosesNothingAfterIt() throws Exception {
        int word = 3 + 256 + 2;
        try (Tokenizer tokenizer = Tokenizer.ofGguf(GGUF, TinyTokenizer.sentencePiece())) {
            int[] rocket = bytes("\uD83D\uDE80");
            for (int cut = 1; cut < 4; cut++) {
                int[] answer = Arrays.copyOf(Arrays.copyOfRange(rocket, cut, 4), 5 - cut);
                answer[4 - cut] = word;
                assertThat(goingOn(tokenizer, Arrays.copyOf(rocket, cut), answer))
                        .isEqualTo("\uFFFD".repeat(4 - cut) + " a");
            }
        }
    }

    private static int[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = 3 + (bytes[i] & 0xff);
        }
        return ids;
    }

    private static String goingOn(Tokenizer tokenizer, int[] before, int[] ids) {
        DecodeStream stream = tokenizer.stream(before);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.next(id));
        }
        return text.append(stream.end()).toString();
    }

    @Test
    void idsOutsideTheVocabularyAreRefused() throws Exception {
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            for (int id : new int[] {-1, 266, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> tokenizer.decode(new int[] {0, id}))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> tokenizer.token(id)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> tokenizer.stream(new int[0]).next(id))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> tokenizer.stream(new int[] {id})).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void halfSurrogatePairsDoNotGarbleTheRest() throws Exception {
        try (Tokenizer tokenizer = open(TinyTokenizer.hub())) {
            assertThat(tokenizer.decode(tokenizer.encode("a\uD83D b\uDE00\uD83D\uDE00")))
                    .isEqualTo("a\uFFFD b\uFFFD\uD83D\uDE00");
        }
    }

    @Test
    void manyThreadsMayUseOneTokenizerAndClosingWaits() throws Exception {
        Tokenizer tokenizer = open(TinyTokenizer.hub());
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

    /** Settings for cutting and padding in the file must not reach our texts. */
    @Test
    void truncationAndPaddingOfTheFileAreIgnored() throws Exception {
        ObjectNode root = TinyTokenizer.hub();
        root.set(
                "truncation",
                TinyTokenizer.tree(
                        "{\"max_length\":2,\"strategy\":\"LongestFirst\",\"stride\":5,\"direction\":\"Right\"}"));
        try (Tokenizer tokenizer = open(root)) {
            assertThat(tokenizer.encode("q".repeat(3000))).hasSize(3000);
        }
    }
}
