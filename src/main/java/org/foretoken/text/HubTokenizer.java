package org.foretoken.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** What a Hugging Face Hub folder says about its tokenizer. */
final class HubTokenizer {
    static final String TOKENIZER = "tokenizer.json";
    private static final String CHAT_TEMPLATE = "chat_template";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    /** The largest published tokenizer.json are about 35 MB. */
    private static final long MAX_FILE_BYTES = 256L << 20;

    private final Path folder;

    HubTokenizer(Path folder) {
        this.folder = folder;
    }

    TokenizerJson tokenizer() throws ForetokenException {
        Path file = folder.resolve(TOKENIZER);
        if (!Files.isRegularFile(file)) {
            boolean sentencePiece = Files.isRegularFile(folder.resolve("tokenizer.model"));
            throw new ForetokenException(folder + " has no tokenizer.json"
                    + (sentencePiece ? " (a tokenizer.model alone is not read)" : "")
                    + "; copy the one that the model was trained with into the folder (for OpenELM that of Llama 2), or make it with"
                    + " AutoTokenizer.from_pretrained(...).save_pretrained(...) of Hugging Face transformers.");
        }
        return TokenizerJson.parse(read(file), file.toString());
    }

    SpecialTokens specialTokens(TokenizerJson tokenizer) throws ForetokenException {
        JsonNode config = json(TOKENIZER_CONFIG);
        JsonNode generation = json("generation_config.json");
        JsonNode model = json("config.json");
        Map<String, String> names = new LinkedHashMap<>();
        collectNames(json("special_tokens_map.json"), names);
        collectNames(config, names);

        Set<Integer> endOfText = new LinkedHashSet<>();
        addId(names.get("eos_token"), tokenizer, endOfText);
        addIds(generation.path("eos_token_id"), tokenizer, endOfText);
        addIds(model.path("eos_token_id"), tokenizer, endOfText);

        Set<Integer> bos = new TreeSet<>();
        addId(names.get("bos_token"), tokenizer, bos);
        // "bos_token": null in tokenizer_config.json means none, whatever config.json carries on from an older model.
        if (bos.isEmpty() && !config.has("bos_token")) {
            addIds(generation.path("bos_token_id"), tokenizer, bos);
            if (bos.isEmpty()) {
                addIds(model.path("bos_token_id"), tokenizer, bos);
            }
        }
        OptionalInt first = bos.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(bos.iterator().next());
        Map<String, String> named = Map.copyOf(names);
        return new SpecialTokens(named, first, Collections.unmodifiableSet(endOfText), chatTemplate(config, named));
    }

    /** {@code "eos_token": "</s>"}, or an object with {@code content}; {@code null} takes one away. */
    private static void collectNames(JsonNode config, Map<String, String> names) {
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            JsonNode value = field.getValue();
            JsonNode content = value.isObject() ? value.path("content") : value;
            if (!field.getKey().endsWith("_token")) {
                continue;
            }
            if (content.isTextual()) {
                names.put(field.getKey(), content.textValue());
            } else if (content.isNull()) {
                names.remove(field.getKey());
            }
        }
    }

    private static void addId(@Nullable String token, TokenizerJson tokenizer, Set<Integer> ids) {
        int id = token == null ? -1 : tokenizer.id(token);
        if (id >= 0) {
            ids.add(id);
        }
    }

    private static void addIds(JsonNode idOrList, TokenizerJson tokenizer, Set<Integer> ids) {
        if (idOrList.isArray()) {
            for (JsonNode id : idOrList) {
                addIds(id, tokenizer, ids);
            }
        } else if (idOrList.isInt() && tokenizer.tokens().containsKey(idOrList.intValue())) {
            ids.add(idOrList.intValue());
        }
    }

    private @Nullable ChatTemplate chatTemplate(JsonNode config, Map<String, String> names) throws ForetokenException {
        Path file = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            return new ChatTemplate(read(file), names, file.toString());
        }
        JsonNode template = config.path(CHAT_TEMPLATE);
        if (template.isArray()) {
            // Several by name; the one called default is the one for plain conversations.
            for (JsonNode named : template) {
                if (named.path("name").asText().equals("default")) {
                    template = named.path("template");
                    break;
                }
            }
        }
        String source = folder.resolve(TOKENIZER_CONFIG).toString();
        return template.isTextual() ? new ChatTemplate(template.textValue(), names, source) : null;
    }

    private JsonNode json(String name) throws ForetokenException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return TokenizerJson.JSON.createObjectNode();
        }
        try {
            JsonNode node = TokenizerJson.JSON.readTree(read(file));
            if (!node.isObject()) {
                throw new ForetokenException(file + " holds no JSON object; get the file again or delete it.");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new ForetokenException(
                    file + " is not valid JSON: " + ForetokenException.reason(e) + ". Get the file again or delete it.",
                    e);
        }
    }

    private static String read(Path file) throws ForetokenException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ForetokenException(file + " is larger than any tokenizer's files are ("
                        + Files.size(file) / (1 << 20) + " MB); get it again.");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new ForetokenException(
                    file + " cannot be read as UTF-8 text (" + ForetokenException.reason(e)
                            + "); check it or get it again.",
                    e);
        }
    }
}
