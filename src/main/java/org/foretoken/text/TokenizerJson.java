package org.foretoken.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.foretoken.ForetokenException;
import org.foretoken.Sha256;

/**
 * A tokenizer.json of Hugging Face's tokenizers library, read and checked: the library ends the process, rather than reporting an error, on some
 * kinds of nonsense (checked against version 0.21.4), and it numbers added tokens itself without regard to the numbers in the file.
 */
final class TokenizerJson {
    static final ObjectMapper JSON = JsonMapper.builder().build();

    /** Deeper than any real tokenizer and within what the library reads. */
    private static final int MAX_NESTING = 64;

    private static final ObjectMapper SHALLOW_JSON = JsonMapper.builder().build();

    static {
        SHALLOW_JSON
                .getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .build());
    }

    private static final int MAX_ID = 16_000_000;

    /** Published normalizers replace a character by three at most. */
    private static final int MOST_GROWTH = 64;

    private final String source;
    private final ObjectNode root;
    private final NavigableMap<Integer, String> tokens = new TreeMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final TreeSet<Integer> added = new TreeSet<>();

    private TokenizerJson(ObjectNode root, String source) {
        this.root = root;
        this.source = source;
        // Cutting and padding are no business of ours, and odd settings of them end the process.
        root.putNull("truncation");
        root.putNull("padding");
    }

    /** @param source the file, for messages */
    static TokenizerJson parse(String json, String source) throws ForetokenException {
        JsonNode node;
        try {
            node = SHALLOW_JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ForetokenException(
                    source + " is not valid JSON: " + ForetokenException.reason(e)
                            + ". It may be cut short; get it again.",
                    e);
        }
        if (!(node instanceof ObjectNode object)) {
            throw new ForetokenException(source + " holds no JSON object, so it is no tokenizer.json; get it again.");
        }
        TokenizerJson result = new TokenizerJson(object, source);
        result.checkValues(object);
        result.check();
        return result;
    }

    /** @param root made of whole texts and of numbers of 64 bits at most */
    static TokenizerJson of(ObjectNode root, String source) throws ForetokenException {
        TokenizerJson result = new TokenizerJson(root, source);
        result.check();
        return result;
    }

    private void check() throws ForetokenException {
        readVocabulary();
        readAddedTokens();
        checkUnknownToken();
        checkSubwordPrefix();
        checkTemplates(root.path("post_processor"));
        checkPatterns(root.path("normalizer"));
        checkPatterns(root.path("pre_tokenizer"));
        checkReplacements(root.path("normalizer"), 1);
    }

    private ForetokenException broken(String what) {
        return new ForetokenException(source + " " + what + "; get the file again from where it was published.");
    }

    /** Numbers beyond 64 bits and half surrogate pairs are JSON to Jackson but not to the library. */
    private void checkValues(JsonNode node) throws ForetokenException {
        boolean halfPair = node.isTextual() && NativeTokenizer.firstLoneSurrogate(node.textValue()) >= 0;
        boolean tooLarge = (node.isIntegralNumber() && !node.canConvertToLong())
                || (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue()));
        if (halfPair || tooLarge) {
            throw broken("holds a value that is no text or number: " + shortened(node.asText()));
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (NativeTokenizer.firstLoneSurrogate(field.getKey()) >= 0) {
                    throw broken("holds a name that is no text: " + shortened(field.getKey()));
                }
                checkValues(field.getValue());
            }
        } else {
            for (JsonNode child : node) {
                checkValues(child);
            }
        }
    }

    private void readVocabulary() throws ForetokenException {
        JsonNode vocab = root.path("model").path("vocab");
        if (vocab.isObject()) {
            for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
                put(entry.getKey(), entry.getValue(), "model.vocab");
            }
        } else if (vocab.isArray()) {
            // Unigram: a list of [token, score], the position being the id.
            int id = 0;
            for (JsonNode entry : vocab) {
                put(entry.path(0).asText(), JSON.getNodeFactory().numberNode(id++), "model.vocab");
            }
        }
        if (tokens.isEmpty()) {
            throw broken("has no vocabulary (model.vocab)");
        }
    }

    private void put(String token, JsonNode id, String where) throws ForetokenException {
        if (!id.isInt() || id.intValue() < 0 || id.intValue() > MAX_ID) {
            throw broken("gives the token '" + shortened(token) + "' the id " + shortened(id.toString()) + " in "
                    + where + ", where a whole number from 0 to " + MAX_ID + " is needed");
        }
        String other = tokens.putIfAbsent(id.intValue(), token);
        if (other != null && !other.equals(token)) {
            throw broken("gives two tokens the id " + id.intValue() + ": '" + shortened(other) + "' and '"
                    + shortened(token) + "'");
        }
        ids.put(token, id.intValue());
    }

    private void readAddedTokens() throws ForetokenException {
        int vocabulary = ids.size();
        int highestNew = -1;
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            if (content.isEmpty()) {
                continue;
            }
            Integer known = ids.get(content);
            JsonNode declared = token.path("id");
            if (known == null) {
                put(content, declared, "added_tokens");
                int next = highestNew >= vocabulary ? highestNew + 1 : vocabulary;
                if (declared.intValue() != next) {
                    throw broken("gives the added token '" + shortened(content) + "' the id " + declared
                            + ", but the tokenizer library would number it " + next);
                }
                highestNew = next;
            } else if (known != declared.asInt(-1)) {
                throw broken("gives the token '" + shortened(content) + "' the id " + known + " in model.vocab and "
                        + declared + " in added_tokens");
            }
            highestNew = Math.max(highestNew, id(content));
            added.add(id(content));
        }
    }

    private void checkUnknownToken() throws ForetokenException {
        JsonNode unknown = root.path("model").path("unk_token");
        if (unknown.isTextual() && !ids.containsKey(unknown.textValue())) {
            throw broken("names '" + shortened(unknown.textValue())
                    + "' as model.unk_token, which is not in the vocabulary");
        }
    }

    private void checkSubwordPrefix() throws ForetokenException {
        String prefix = root.path("model").path("continuing_subword_prefix").asText("");
        if (prefix.isEmpty() || !root.path("model").has("merges")) {
            return;
        }
        for (JsonNode merge : root.path("model").path("merges")) {
            String text = mergeText(merge);
            if (!text.substring(text.indexOf(' ') + 1).startsWith(prefix)) {
                throw broken("has the merge '" + shortened(text)
                        + "' in model.merges whose second half lacks model.continuing_subword_prefix '"
                        + shortened(prefix) + "'");
            }
        }
    }

    private void checkTemplates(JsonNode processor) throws ForetokenException {
        for (JsonNode child : processor.path("processors")) {
            checkTemplates(child);
        }
        JsonNode special = processor.path("special_tokens");
        for (String list : new String[] {"single", "pair"}) {
            for (JsonNode piece : processor.path(list)) {
                JsonNode name = piece.path("SpecialToken").path("id");
                if (name.isTextual() && !special.has(name.textValue())) {
                    throw broken("names '" + shortened(name.textValue()) + "' in post_processor." + list
                            + " and does not define it in post_processor.special_tokens");
                }
            }
        }
        if (special.isObject()) {
            for (JsonNode token : special) {
                for (JsonNode id : token.path("ids")) {
                    if (!tokens.containsKey(id.asInt(-1))) {
                        throw broken("puts the id " + shortened(id.toString())
                                + " into texts (post_processor.special_tokens), which is not in the vocabulary");
                    }
                }
            }
        }
    }

    private void checkPatterns(JsonNode node) throws ForetokenException {
        JsonNode regex = node.path("Regex");
        if (regex.isTextual() && PatternCheck.nestsDeeply(regex.textValue())) {
            throw broken(
                    "has the pattern " + shortened(regex.textValue()) + ", whose groups lie too deep in each other");
        }
        if (regex.isTextual() && PatternCheck.repeatsARepetition(regex.textValue())) {
            throw broken("has the pattern " + shortened(regex.textValue())
                    + ", which repeats a repetition and would take for ever on some texts");
        }
        for (JsonNode child : node) {
            checkPatterns(child);
        }
    }

    /**
     * What is replaced must be something, and may not become much more.
     *
     * @param growth characters that one may have become before
     * @return and after
     */
    private double checkReplacements(JsonNode node, double growth) throws ForetokenException {
        double most = growth;
        JsonNode pattern = node.path("pattern");
        if (node.path("type").asText().equals("Replace") && pattern.isObject()) {
            String string = pattern.path("String").asText("");
            String regex = pattern.path("Regex").asText("");
            if (string.isEmpty() && PatternCheck.matchesNothing(regex)) {
                throw broken("replaces nothing by something (normalizer, the pattern '" + shortened(regex) + "')");
            }
            most *= Math.max(1, (double) node.path("content").asText("").length() / Math.max(1, string.length()));
        }
        for (JsonNode child : node) {
            most = checkReplacements(child, most);
        }
        if (most > MOST_GROWTH) {
            throw broken("makes a text more than " + MOST_GROWTH + " times as long (normalizer)");
        }
        return most;
    }

    /** As the library wants it. */
    String text() {
        return root.toString();
    }

    String source() {
        return source;
    }

    /** Id to token, added tokens included, in the order of ids. */
    NavigableMap<Integer, String> tokens() {
        return tokens;
    }

    /** The id of a token, or -1. */
    int id(String token) {
        return ids.getOrDefault(token, -1);
    }

    boolean isAdded(int id) {
        return added.contains(id);
    }

    /** Whether a token's text spells bytes in the alphabet of GPT-2. */
    boolean isByteLevel() {
        return hasType(root.path("decoder"), "ByteLevel");
    }

    private static boolean hasType(JsonNode node, String type) {
        if (node.path("type").asText().equals(type)) {
            return true;
        }
        for (JsonNode child : node) {
            if (hasType(child, type)) {
                return true;
            }
        }
        return false;
    }

    /** Such as "byte-level BPE, 49,152 tokens". */
    String kind() {
        String model = root.path("model").path("type").asText("BPE");
        String how = "";
        if (model.equals("BPE") && isByteLevel()) {
            how = "byte-level ";
        } else if (root.path("model").path("byte_fallback").asBoolean()) {
            how = "SentencePiece ";
        }
        return String.format(Locale.ROOT, "%s%s, %,d tokens", how, model, tokens.size());
    }

    /**
     * Twelve hex digits of SHA-256 over what turns text into ids, in a form that a GGUF file and a Hub folder of one model share: each id with its
     * token, whether the token is an added one (found in texts before anything else), and the merges by rank (the ways to make one token, which SentencePiece
     * gives one score, in alphabetical order). Left out is what the two
     * write differently: padding entries of a GGUF, how the pre-tokenizer is spelled, scores, flags of added tokens.
     */
    String fingerprint() {
        MessageDigest digest = Sha256.digest();
        for (Map.Entry<Integer, String> entry : tokens.entrySet()) {
            line(digest, entry.getKey() + (added.contains(entry.getKey()) ? "+" : " ") + entry.getValue());
        }
        String whole = "";
        TreeSet<String> ways = new TreeSet<>();
        for (JsonNode merge : root.path("model").path("merges")) {
            String text = mergeText(merge);
            int space = text.indexOf(' ');
            String next = space < 0 ? text : text.substring(0, space) + text.substring(space + 1);
            if (!next.equals(whole)) {
                ways.forEach(way -> line(digest, way));
                ways.clear();
                whole = next;
            }
            ways.add(text);
        }
        ways.forEach(way -> line(digest, way));
        return HexFormat.of().formatHex(digest.digest(), 0, 6);
    }

    private static void line(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }

    /** Merges are written "a b" in older files and ["a", "b"] in newer ones. */
    private static String mergeText(JsonNode merge) {
        return merge.isArray() ? merge.path(0).asText() + " " + merge.path(1).asText() : merge.asText();
    }

    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}|\\p{Cs}", "\uFFFD");
        return line.length() <= 60 ? line : line.substring(0, 57) + "...";
    }
}
