package org.foretoken.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.foretoken.ForetokenException;

/**
 * Builds a tokenizer.json from the metadata of a GGUF file ({@code tokenizer.ggml.*}, as llama.cpp's converter writes it).
 *
 * <p>{@code gpt2} is byte-level BPE with merges, {@code tokenizer.ggml.pre} naming the way texts are split first; {@code llama} is SentencePiece
 * BPE with scores, from which the merges follow as in Hugging Face's own converter.
 */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    /** llama.cpp's token types. */
    private static final int UNKNOWN = 2;

    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    private final GgufMetadata metadata;
    private final boolean sentencePiece;
    private final String[] tokens;
    private final int[] types;

    GgufTokenizer(Path file, Map<String, Object> values) throws ForetokenException {
        metadata = new GgufMetadata(file, values);
        String model = metadata.string(PREFIX + "model");
        if (!model.equals("gpt2") && !model.equals("llama")) {
            throw metadata.wrong(
                    PREFIX + "model",
                    "names the tokenizer '" + TokenizerJson.shortened(model)
                            + "', which is not supported (gpt2 and llama are); use a Hub folder with a tokenizer.json instead");
        }
        sentencePiece = model.equals("llama");
        tokens = metadata.strings(PREFIX + "tokens");
        types = metadata.has(PREFIX + "token_type") ? metadata.ints(PREFIX + "token_type") : new int[tokens.length];
        sameLength(PREFIX + "token_type", types.length);
    }

    private void sameLength(String key, int length) throws ForetokenException {
        if (length != tokens.length) {
            throw metadata.wrong(
                    key,
                    "has " + length + " entries where " + PREFIX + "tokens has " + tokens.length
                            + "; get the file again");
        }
    }

    TokenizerJson tokenizer() throws ForetokenException {
        ObjectNode root = TokenizerJson.JSON.createObjectNode();
        root.put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int id = 0; id < tokens.length; id++) {
            if (types[id] == UNUSED) {
                continue; // rows of the embedding that no token uses, which the converter calls [PAD123]
            }
            Integer other = vocabulary.putIfAbsent(tokens[id], id);
            if (other != null) {
                throw metadata.wrong(
                        PREFIX + "tokens",
                        "lists the token '" + TokenizerJson.shortened(tokens[id]) + "' twice, as " + other + " and "
                                + id + "; get the file again");
            }
            if (isAdded(id)) {
                addToken(added.addObject(), id);
            }
        }
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocab = TokenizerJson.JSON.createObjectNode();
        vocabulary.forEach(vocab::put);
        if (sentencePiece) {
            sentencePiece(root, model, vocabulary);
        } else {
            byteLevel(root, model, vocabulary);
        }
        model.set("vocab", vocab);
        return TokenizerJson.of(root, metadata.file());
    }

    private boolean isAdded(int id) {
        return types[id] == CONTROL || types[id] == USER_DEFINED || (sentencePiece && types[id] == UNKNOWN);
    }

    private void addToken(ObjectNode node, int id) {
        node.put("id", id).put("content", tokens[id]).put("special", types[id] != USER_DEFINED);
        for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
            node.put(flag, false);
        }
    }

    private void byteLevel(ObjectNode root, ObjectNode model, Map<String, Integer> vocabulary)
            throws ForetokenException {
        String name = metadata.has(PREFIX + "pre") ? metadata.string(PREFIX + "pre") : "default";
        PreTokenizer pre = PreTokenizer.named(name);
        if (pre == null) {
            throw metadata.wrong(
                    PREFIX + "pre",
                    "names the pre-tokenizer '" + TokenizerJson.shortened(name) + "', which is not supported ("
                            + PreTokenizer.names() + " are); use a Hub folder with a tokenizer.json instead");
        }
        pre.describe(root);
        model.put("ignore_merges", pre.ignoresMerges());
        ArrayNode merges = TokenizerJson.JSON.createArrayNode();
        for (String merge : metadata.strings(PREFIX + "merges")) {
            // A token never holds a space: the byte alphabet writes it as U+0120.
            int space = merge.indexOf(' ');
            String left = merge.substring(0, Math.max(space, 0));
            String right = merge.substring(space + 1);
            if (left.isEmpty() || right.isEmpty() || right.indexOf(' ') >= 0) {
                throw metadata.wrong(
                        PREFIX + "merges",
                        "holds '" + TokenizerJson.shortened(merge)
                                + "', which is not two tokens with a space between them; get the file again");
            }
            for (String token : new String[] {left, right, left + right}) {
                if (!vocabulary.containsKey(token)) {
                    throw metadata.wrong(
                            PREFIX + "merges",
                            "merges '" + TokenizerJson.shortened(merge) + "', but '" + TokenizerJson.shortened(token)
                                    + "' is not in " + PREFIX + "tokens; get the file again");
                }
            }
            merges.addArray().add(left).add(right);
        }
        model.set("merges", merges);
        root.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
        surround(root, pre.addsBos());
    }

    private void sentencePiece(ObjectNode root, ObjectNode model, Map<String, Integer> vocabulary)
            throws ForetokenException {
        float[] scores = metadata.floats(PREFIX + "scores");
        sameLength(PREFIX + "scores", scores.length);
        Set<String> whole = new LinkedHashSet<>();
        boolean hasBytes = false;
        for (int id = 0; id < tokens.length; id++) {
            hasBytes |= types[id] == BYTE;
            if (types[id] == BYTE || isAdded(id)) {
                whole.add(tokens[id]);
            }
        }
        model.put("byte_fallback", hasBytes).put("fuse_unk", true).put("ignore_merges", false);
        OptionalInt unknown = id("unknown_token_id");
        if (unknown.isPresent()) {
            model.put("unk_token", tokens[unknown.getAsInt()]);
        }
        model.set("merges", SentencePieceMerges.of(vocabulary, scores, whole));

        boolean prefix = metadata.flag(PREFIX + "add_space_prefix", true);
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        if (prefix) {
            normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
        }
        replace(normalizers.addObject(), " ", "\u2581");
        replace(decoders.addObject(), "\u2581", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        surround(root, true);
    }

    private static void replace(ObjectNode node, String from, String to) {
        node.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
    }

    /** The tokens around a text: {@code add_bos_token} and {@code add_eos_token}. */
    private void surround(ObjectNode root, boolean bosUnlessSaid) throws ForetokenException {
        OptionalInt bos =
                metadata.flag(PREFIX + "add_bos_token", bosUnlessSaid) ? id("bos_token_id") : OptionalInt.empty();
        OptionalInt eos = metadata.flag(PREFIX + "add_eos_token", false) ? id("eos_token_id") : OptionalInt.empty();
        if (bos.isEmpty() && eos.isEmpty()) {
            return;
        }
        ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
        ObjectNode special = TokenizerJson.JSON.createObjectNode();
        ArrayNode single = template.putArray("single");
        around(single, special, bos);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        around(single, special, eos);
        ArrayNode pair = template.putArray("pair");
        for (String sequence : new String[] {"A", "B"}) {
            pair.addObject().putObject("Sequence").put("id", sequence).put("type_id", 0);
        }
        template.set("special_tokens", special);
    }

    private void around(ArrayNode pieces, ObjectNode special, OptionalInt id) {
        if (id.isPresent()) {
            String token = tokens[id.getAsInt()];
            pieces.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
            ObjectNode definition = special.putObject(token).put("id", token);
            definition.putArray("ids").add(id.getAsInt());
            definition.putArray("tokens").add(token);
        }
    }

    private OptionalInt id(String name) throws ForetokenException {
        String key = PREFIX + name;
        OptionalInt id = metadata.integer(key);
        if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= tokens.length)) {
            throw metadata.wrong(
                    key,
                    "is " + id.getAsInt() + ", outside the vocabulary of " + tokens.length + "; get the file again");
        }
        return id;
    }

    SpecialTokens specialTokens(TokenizerJson tokenizer) throws ForetokenException {
        Map<String, String> names = new HashMap<>();
        for (String name : new String[] {"bos", "eos", "unknown", "padding"}) {
            OptionalInt id = id(name + "_token_id");
            if (id.isPresent()) {
                String inTemplates = name.equals("unknown") ? "unk" : name.equals("padding") ? "pad" : name;
                names.put(inTemplates + "_token", tokens[id.getAsInt()]);
            }
        }
        Set<Integer> endOfText = new LinkedHashSet<>();
        for (String name : new String[] {"eos_token_id", "eot_token_id", "eom_token_id"}) {
            id(name).ifPresent(endOfText::add);
        }
        String templateKey = "tokenizer.chat_template";
        Map<String, String> named = Map.copyOf(names);
        return new SpecialTokens(
                named,
                id("bos_token_id"),
                Collections.unmodifiableSet(endOfText),
                metadata.has(templateKey)
                        ? new ChatTemplate(metadata.string(templateKey), named, metadata.file())
                        : null);
    }
}
