package org.foretoken.text;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model says about its tokenizer beside the vocabulary.
 *
 * @param names the special tokens a chat template may name, such as {@code eos_token} to {@code </s>}
 * @param bos the token at the beginning of a text
 * @param endOfText the tokens after which nothing follows, in order: the first is the one that the tokenizer itself calls its end
 * @param chatTemplate null for a model that was not made to chat
 */
record SpecialTokens(
        Map<String, String> names,
        OptionalInt bos,
        Set<Integer> endOfText,
        @Nullable ChatTemplate chatTemplate) {}
