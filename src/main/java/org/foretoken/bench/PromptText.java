package org.foretoken.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.foretoken.text.Tokenizer;

/**
 * A prompt of a wished length, cut from a text that comes with the program, so that tokenising it can be timed.
 *
 * @param text the prompt
 * @param tokens it really has, those that the tokenizer adds among them: a cut through a word may encode to one more or less than was wished
 */
public record PromptText(String text, int tokens) {
    /** Cuts tried on either side of the wished one. */
    private static final int TRIES = 8;

    /** The nearest cut to {@code wished} tokens, at least 1. The text is repeated where it is too short. */
    public static PromptText of(Tokenizer tokenizer, int wished) {
        int added = tokenizer.encode("a", true).length - tokenizer.encode("a", false).length;
        int[] ids = atLeast(tokenizer, wished + TRIES);
        PromptText best = null;
        // the wished cut itself, then ever further from it
        for (int distance = 0; distance <= TRIES; distance++) {
            for (int cut : new int[] {wished - added - distance, wished - added + distance}) {
                if (cut < 1) {
                    continue;
                }
                String text = tokenizer.decode(Arrays.copyOf(ids, cut));
                PromptText found = new PromptText(text, tokenizer.encode(text, true).length);
                if (best == null || Math.abs(found.tokens() - wished) < Math.abs(best.tokens() - wished)) {
                    best = found;
                }
            }
            if (best != null && best.tokens() == wished) {
                break;
            }
        }
        return best == null ? new PromptText("a", tokenizer.encode("a", true).length) : best;
    }

    /** Ids for a model without a tokenizer, the same every time. */
    public static int[] ids(int vocabulary, int length) {
        return new Random(length).ints(length, 0, vocabulary).toArray();
    }

    private static int[] atLeast(Tokenizer tokenizer, int length) {
        String text = shipped();
        int once = tokenizer.encode(text, false).length;
        int[] ids = tokenizer.encode(text.repeat(length / once + 1), false);
        // a merge across the seam of two copies may cost a token each time
        return ids.length >= length ? ids : tokenizer.encode(text.repeat(length / once + 2), false);
    }

    private static String shipped() {
        try (InputStream file = Objects.requireNonNull(PromptText.class.getResourceAsStream("prompt.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
