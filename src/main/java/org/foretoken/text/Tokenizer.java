package org.foretoken.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.foretoken.ForetokenException;

/**
 * Text to token ids and back, by Hugging Face's tokenizers library, from the tokenizer.json of a Hub folder or the metadata of a GGUF file. Never
 * uses the network. Safe for use by many threads; holds native memory until closed.
 */
public final class Tokenizer implements AutoCloseable {
    /** Characters of the longest text that can be encoded at once. */
    public static final int MOST_CHARACTERS = NativeTokenizer.MAX_TEXT_LENGTH;

    private final NativeTokenizer library;
    /** By id; empty for an id that stands for nothing. */
    private final String[] tokens;

    private final BitSet added = new BitSet();
    private final SpecialTokens special;
    private final boolean byteLevel;
    private final String kind;
    private final String source;
    /** What the library was given. */
    private final String json;

    private Tokenizer(TokenizerJson json, SpecialTokens special) throws ForetokenException {
        this.special = special;
        source = json.source();
        tokens = new String[json.tokens().lastKey() + 1];
        Arrays.fill(tokens, "");
        for (Map.Entry<Integer, String> entry : json.tokens().entrySet()) {
            tokens[entry.getKey()] = entry.getValue();
            added.set(entry.getKey(), json.isAdded(entry.getKey()));
        }
        byteLevel = json.isByteLevel();
        kind = json.kind();
        this.json = json.text();
        library = new NativeTokenizer(this.json, source);
        try {
            // Also shows a model that fails on its first text, now rather than in the middle of a prompt.
            library.encode("a b", false);
            int[] ids = library.encode("a b", true);
            library.decode(ids, 0, ids.length);
        } catch (RuntimeException e) {
            library.close();
            throw new ForetokenException(
                    source + " describes a tokenizer that fails on plain text: " + e.getMessage() + ". Get it again.",
                    e);
        }
    }

    /** Whether a Hub folder has a tokenizer that {@link #ofFolder} reads. */
    public static boolean existsIn(Path hubFolder) {
        return Files.isRegularFile(hubFolder.resolve(HubTokenizer.TOKENIZER));
    }

    /**
     * The tokenizer of a Hugging Face Hub folder: tokenizer.json, and where present tokenizer_config.json, special_tokens_map.json,
     * chat_template.jinja, generation_config.json and config.json.
     *
     * @throws ForetokenException when there is no tokenizer.json or one of the files is broken
     */
    public static Tokenizer ofFolder(Path hubFolder) throws ForetokenException {
        HubTokenizer folder = new HubTokenizer(hubFolder);
        TokenizerJson json = folder.tokenizer();
        return new Tokenizer(json, folder.specialTokens(json));
    }

    /**
     * The tokenizer in the metadata of a GGUF file: byte-level BPE ({@code tokenizer.ggml.model} = gpt2) or SentencePiece BPE (llama).
     *
     * @param file the file, for messages
     * @param metadata keys such as {@code tokenizer.ggml.tokens}; lists may be {@link java.util.List}s or arrays
     * @throws ForetokenException when a key is missing, of the wrong type or names a tokenizer that is not supported
     */
    public static Tokenizer ofGguf(Path file, Map<String, Object> metadata) throws ForetokenException {
        GgufTokenizer gguf = new GgufTokenizer(file, metadata);
        TokenizerJson json = gguf.tokenizer();
        return new Tokenizer(json, gguf.specialTokens(json));
    }

    /** The ids of a text, nothing put before or after it. Special tokens written in the text are recognised. */
    public int[] encode(String text) {
        return encode(text, false);
    }

    /**
     * The ids of a text.
     *
     * @param addSpecialTokens whether to add what the model wants around a text, such as the token at its beginning
     * @throws IllegalArgumentException when the text is longer than eight million characters
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return library.encode(text, addSpecialTokens);
    }

    /**
     * The text of ids, special tokens kept, spaces as they are. Bytes that are no UTF-8 become U+FFFD.
     *
     * @throws IllegalArgumentException when an id is outside [0, {@link #vocabularySize})
     */
    public String decode(int[] ids) {
        for (int id : ids) {
            checkId(id);
        }
        return decode(ids, ids.length);
    }

    String decode(int[] ids, int count) {
        return library.decode(ids, 0, count);
    }

    void checkId(int id) {
        if (id < 0 || id >= vocabularySize()) {
            throw new IllegalArgumentException(
                    "The token id " + id + " is outside the vocabulary of " + vocabularySize() + " tokens.");
        }
    }

    /**
     * Decodes tokens that go on from others, one at a time: SentencePiece takes a space off the beginning of a text, and this is none.
     *
     * @param before what they go on from, perhaps nothing, not handed over; after a special token, or where these end inside a character, a text begins
     * @throws IllegalArgumentException when one of its last ids is outside the vocabulary
     */
    public DecodeStream stream(int[] before) {
        return new DecodeStream(this, before);
    }

    boolean isAdded(int id) {
        return added.get(id);
    }

    /**
     * One token for display: its text with a leading space where it has one; a token that is only part of a character shows its bytes, as in
     * {@code <0xF0><0x9F>}. Empty for an id that stands for nothing.
     */
    public String token(int id) {
        checkId(id);
        String token = tokens[id];
        if (added.get(id)) {
            return token;
        }
        if (!byteLevel) {
            return token.replace('\u2581', ' ');
        }
        byte[] bytes = ByteAlphabet.bytes(token);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("<0x%02X>", b & 0xFF));
        }
        return hex.toString();
    }

    /** The highest id + 1, added tokens included. A model's embedding may have more rows. */
    public int vocabularySize() {
        return tokens.length;
    }

    /** The token at the beginning of a text, for models that have one. */
    public OptionalInt bos() {
        return special.bos();
    }

    /** The tokens after which generation stops, the end of a text the first; may be empty. */
    public Set<Integer> endOfText() {
        return special.endOfText();
    }

    /**
     * Twelve hex digits that are equal when two models give the same ids the same meaning, so that they can share prompts. Covers ids with their
     * tokens, which of them are added tokens, and merges; a GGUF file and a Hub folder of one model have the same fingerprint. Made anew each time: who
     * only reads texts needs none, and it takes some tenths of a second.
     */
    public String fingerprint() {
        try {
            return TokenizerJson.parse(json, source).fingerprint();
        } catch (ForetokenException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    /** Such as "byte-level BPE, 49,152 tokens". */
    public String kind() {
        return kind;
    }

    /** The model's chat template; empty for a model that was not made to chat. */
    public Optional<ChatTemplate> chatTemplate() {
        return Optional.ofNullable(special.chatTemplate());
    }

    /** Frees the native memory; waits for calls in flight. The tokenizer cannot be used afterwards. */
    @Override
    public void close() {
        library.close();
    }
}
