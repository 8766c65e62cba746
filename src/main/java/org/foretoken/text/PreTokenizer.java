package org.foretoken.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How byte-level BPE splits a text before merging, under the names that llama.cpp gives ({@code tokenizer.ggml.pre}). */
enum PreTokenizer {
    /** GPT-2's own rule, which the library has built in. */
    GPT2("gpt-2", null),
    /** Single digits split off first, and only then GPT-2's rule: {@code "x  2"} holds one token of two spaces. */
    SMOLLM("smollm", null),
    LLAMA3(
            "llama-bpe",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    QWEN2(
            "qwen2",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private final String name;
    private final @Nullable String pattern;

    PreTokenizer(String name, @Nullable String pattern) {
        this.name = name;
        this.pattern = pattern;
    }

    static @Nullable PreTokenizer named(String name) {
        for (PreTokenizer candidate : values()) {
            if (candidate.name.equals(name)) {
                return candidate;
            }
        }
        // Files from before llama.cpp told them apart, and those it could not.
        return name.equals("default") ? GPT2 : null;
    }

    static String names() {
        return Arrays.stream(values()).map(p -> p.name).collect(Collectors.joining(", "));
    }

    /** A word that is a token is taken whole, even when no merges lead to it. */
    boolean ignoresMerges() {
        return this == LLAMA3;
    }

    /** Whether a text gets a token in front when the file does not say. */
    boolean addsBos() {
        return this == LLAMA3;
    }

    /** Puts normalizer and pre_tokenizer into a tokenizer.json. */
    void describe(ObjectNode root) {
        if (this == QWEN2) {
            root.putObject("normalizer").put("type", "NFC");
        }
        ArrayNode steps =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        if (this == SMOLLM) {
            steps.addObject().put("type", "Digits").put("individual_digits", true);
        }
        if (pattern != null) {
            steps.addObject()
                    .put("type", "Split")
                    .put("behavior", "Isolated")
                    .put("invert", false)
                    .putObject("pattern")
                    .put("Regex", pattern);
        }
        steps.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", pattern == null);
    }
}
