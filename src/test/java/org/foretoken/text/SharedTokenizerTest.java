package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.checkpoint.GgufFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ids, texts and chat renderings of real tokenizers, against what llama.cpp and Hugging Face gave. */
@Tag("shared")
class SharedTokenizerTest {
    private static JsonNode golden(String name) throws IOException {
        return new ObjectMapper().readTree(Shared.path("golden/" + name).toFile());
    }

    private static int[] ids(JsonNode row) {
        return StreamSupport.stream(row.path("ids").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    static String streamed(Tokenizer tokenizer, int[] ids) {
        DecodeStream stream = tokenizer.stream(new int[0]);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.next(id));
        }
        return text.append(stream.end()).toString();
    }

    private static Tokenizer smollm2() throws ForetokenException {
        try (GgufFile file = GgufFile.open(Shared.smollm2())) {
            return Tokenizer.ofGguf(file.path(), file.metadata());
        }
    }

    @Test
    void smollm2OutOfGgufGivesTheIdsOfLlamaCpp() throws Exception {
        try (Tokenizer tokenizer = smollm2()) {
            JsonNode strings = golden("smollm2-tokenizer.json").path("strings");
            assertThat(strings).hasSizeGreaterThan(20);
            for (JsonNode row : strings) {
                String text = row.path("text").asText();
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row));
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids(row));
                assertThat(tokenizer.decode(ids(row)))
                        .isEqualTo(row.path("decoded").asText());
                assertThat(streamed(tokenizer, ids(row)))
                        .isEqualTo(row.path("decoded").asText());
            }
        }
    }

    @Test
    void smollm2IsDescribed() throws Exception {
        try (Tokenizer tokenizer = smollm2()) {
            assertThat(tokenizer.kind()).isEqualTo("byte-level BPE, 49,152 tokens");
            assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
            assertThat(tokenizer.bos()).hasValue(1);
            assertThat(tokenizer.encode("a", true)).isEqualTo(tokenizer.encode("a"));
            assertThat(tokenizer.endOfText()).containsExactly(2);
            assertThat(tokenizer.fingerprint()).matches("[0-9a-f]{12}");
            assertThat(tokenizer.token(1)).isEqualTo("<|im_start|>");
            assertThat(tokenizer.token(905)).isEqualTo(" world");
            assertThat(tokenizer.token(10813)).isEqualTo("<0xF0><0x9F>");
        }
    }

    @Test
    void everyTokenOfSmollm2Streams() throws Exception {
        try (Tokenizer tokenizer = smollm2()) {
            int[] all = new int[tokenizer.vocabularySize()];
            for (int i = 0; i < all.length; i++) {
                all[i] = i;
            }
            // Many of these spell no UTF-8 side by side, and still the stream loses nothing.
            assertThat(streamed(tokenizer, all)).isEqualTo(tokenizer.decode(all));
        }
    }

    @Test
    void smollm2RendersChatsAsHuggingFaceDoes() throws Exception {
        try (Tokenizer tokenizer = smollm2()) {
            JsonNode chats = golden("smollm2-tokenizer.json").path("chat");
            assertThat(chats).isNotEmpty();
            for (JsonNode chat : chats) {
                List<ChatTemplate.Message> messages = new ArrayList<>();
                for (JsonNode message : chat.path("messages")) {
                    messages.add(new ChatTemplate.Message(
                            message.path("role").asText(),
                            message.path("content").asText()));
                }
                String text = tokenizer.chatTemplate().orElseThrow().render(messages, true);
                assertThat(text).isEqualTo(chat.path("text").asText());
            }
        }
    }

    @Test
    void stories260kGivesTheIdsOfHuggingFace() throws Exception {
        try (Tokenizer tokenizer = Tokenizer.ofFolder(Shared.path("models/stories260K"))) {
            JsonNode strings = golden("stories260K-tokenizer.json").path("strings");
            assertThat(strings).hasSizeGreaterThan(10);
            for (JsonNode row : strings) {
                String text = row.path("text").asText();
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row));
                int[] withBos = tokenizer.encode(text, true);
                assertThat(withBos).hasSize(ids(row).length + 1).startsWith(1);
                assertThat(streamed(tokenizer, ids(row)))
                        .as(text)
                        .isEqualTo(tokenizer.decode(ids(row)))
                        .isEqualTo(text);
            }
            assertThat(tokenizer.bos()).hasValue(1);
            assertThat(tokenizer.endOfText()).containsExactly(2);
            assertThat(tokenizer.kind()).isEqualTo("SentencePiece BPE, 512 tokens");
            assertThat(tokenizer.vocabularySize()).isEqualTo(512);
            assertThat(tokenizer.chatTemplate()).isEmpty();
        }
    }

    /** A GGUF file of the same model has scores where the Hub folder has merges; the ids, texts and fingerprint are the same. */
    @Test
    void sentencePieceScoresOfAGgufGiveTheMergesOfTheHubFolder() throws Exception {
        JsonNode json = new ObjectMapper()
                .readTree(Shared.path("models/stories260K/tokenizer.json").toFile());
        JsonNode vocab = json.path("model").path("vocab");
        String[] tokens = new String[vocab.size()];
        vocab.properties().forEach(entry -> tokens[entry.getValue().asInt()] = entry.getKey());
        int[] types = new int[tokens.length];
        float[] scores = new float[tokens.length];
        for (int id = 0; id < tokens.length; id++) {
            types[id] = id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1;
            scores[id] = id < 259 ? 0 : 259 - id; // as SentencePiece numbers what it learns
        }
        Map<String, Object> metadata = Map.of(
                "tokenizer.ggml.model",
                "llama",
                "tokenizer.ggml.tokens",
                tokens,
                "tokenizer.ggml.token_type",
                types,
                "tokenizer.ggml.scores",
                scores,
                "tokenizer.ggml.bos_token_id",
                1,
                "tokenizer.ggml.eos_token_id",
                2,
                "tokenizer.ggml.unknown_token_id",
                0);
        try (Tokenizer gguf = Tokenizer.ofGguf(Path.of("stories.gguf"), metadata);
                Tokenizer hub = Tokenizer.ofFolder(Shared.path("models/stories260K"))) {
            for (JsonNode row : golden("stories260K-tokenizer.json").path("strings")) {
                String text = row.path("text").asText();
                assertThat(gguf.encode(text)).as(text).isEqualTo(ids(row));
                assertThat(gguf.encode(text, true)).isEqualTo(hub.encode(text, true));
                assertThat(gguf.decode(ids(row))).isEqualTo(text);
            }
            String unseen = "\u65E5\u672C \uD83D\uDE00";
            assertThat(gguf.encode(unseen)).isEqualTo(hub.encode(unseen));
            assertThat(streamed(gguf, gguf.encode(unseen))).isEqualTo(unseen);
            assertThat(gguf.fingerprint()).isEqualTo(hub.fingerprint());
            assertThat(gguf.encode("a", true))
                    .hasSize(gguf.encode("a").length + 1)
                    .startsWith(1);
        }
    }
}
