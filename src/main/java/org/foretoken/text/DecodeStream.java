package org.foretoken.text;

import java.util.Arrays;

/**
 * Text out of tokens that arrive one at a time. A token may end inside a character (an emoji is often three tokens) or take its space from the
 * token before it, so each step decodes the last piece again and hands over what became complete. All texts handed over, put together, equal the
 * text of all tokens decoded at once, save where the tokens spell bytes that are no UTF-8. Not safe for use by many threads.
 */
public final class DecodeStream {
    private static final char REPLACEMENT = '\uFFFD';

    /** A character is at most four bytes, so the fourth token after a complete one completes it or never will. */
    private static final int TOKENS_OF_A_CHARACTER = 4;

    /** Bytes that never become text are handed over as replacement characters when this many tokens wait. */
    private static final int LONGEST_WAIT = 64;

    private final Tokenizer tokenizer;
    /** The last piece that was handed over, as context, and after it, from {@code waiting} on, the tokens since. */
    private int[] ids = new int[16];

    private int count;
    private int waiting;
    /** How much of the text of {@code ids[0, count)} has been handed over. */
    private int handedOver;

    /** @param before context from the start, as if handed over */
    DecodeStream(Tokenizer tokenizer, int[] before) {
        this.tokenizer = tokenizer;
        // the last token may be but the end of a character, so as many are taken as complete it
        for (int n = 1; count == 0 && n <= Math.min(TOKENS_OF_A_CHARACTER, before.length); n++) {
            int first = before[before.length - n];
            tokenizer.checkId(first);
            if (tokenizer.isAdded(first)) {
                return; // the text after it is encoded as one that begins, so it's decoded as one
            }
            System.arraycopy(before, before.length - n, ids, 0, n);
            String text = tokenizer.decode(ids, n);
            if (text.isEmpty() || text.charAt(text.length() - 1) != REPLACEMENT) {
                count = n;
                waiting = n;
                handedOver = text.length();
            }
        }
    }

    /**
     * Takes one more token.
     *
     * @return the text that became complete, empty when the token ends inside its first character
     * @throws IllegalArgumentException when the id is outside the vocabulary
     */
    public String next(int id) {
        tokenizer.checkId(id);
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
        String text = tokenizer.decode(ids, count);
        int complete = completeLength(text);
        if (complete <= handedOver) {
            return "";
        }
        String fresh = text.substring(handedOver, complete);
        handedOver = complete;
        if (complete == text.length()) {
            System.arraycopy(ids, waiting, ids, 0, count - waiting);
            count -= waiting;
            waiting = count;
            handedOver = tokenizer.decode(ids, count).length();
        }
        return fresh;
    }

    /** The length of the text without the replacement characters at its end that further tokens may still turn into a character. */
    private int completeLength(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == REPLACEMENT) {
            end--;
        }
        if (end == text.length() || count - waiting >= LONGEST_WAIT) {
            return text.length();
        }
        return count - waiting < TOKENS_OF_A_CHARACTER ? end : text.length() - 1;
    }

    /** What is left when no more tokens come: replacement characters for a character that was cut short. The stream can be used again. */
    public String end() {
        String text = tokenizer.decode(ids, count);
        String rest = text.length() > handedOver ? text.substring(handedOver) : "";
        count = 0;
        waiting = 0;
        handedOver = 0;
        return rest;
    }
}
