package org.foretoken.text.corpus;

import java.util.Arrays;
import java.util.Set;
import org.foretoken.text.Tokenizer;

/** Makes tokens of text as it comes, in pieces that are cut where a tokenizer cuts anyway. */
final class TokenBuffer {
    /** Characters that are tokenized at once. */
    private static final int PIECE = 1 << 18;

    /** The longest array that any JVM makes. */
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    private final Tokenizer tokenizer;
    private final Set<Integer> endOfText;
    private final int most;
    private final StringBuilder pending = new StringBuilder();

    private int[] tokens = new int[1024];
    private int size;
    private int[] starts = new int[16];
    private int documents;
    private boolean atStart = true;

    /** @param most tokens to take; further ones are dropped. */
    TokenBuffer(Tokenizer tokenizer, long most) {
        this.tokenizer = tokenizer;
        this.endOfText = tokenizer.endOfText();
        this.most = (int) Math.min(most, LONGEST);
    }

    boolean isFull() {
        return size >= most;
    }

    void add(CharSequence text) {
        pending.append(text);
        while (pending.length() >= 2 * PIECE && !isFull()) {
            int cut = cut();
            encode(pending.substring(0, cut));
            pending.delete(0, cut);
        }
    }

    /** What comes next belongs to another document. */
    void endDocument() {
        if (!isFull()) {
            // at most two pieces
            encode(pending.toString());
        }
        pending.setLength(0);
        atStart = true;
    }

    int[] tokens() {
        return Arrays.copyOf(tokens, size);
    }

    int[] starts() {
        return Arrays.copyOf(starts, documents);
    }

    /**
     * Where to cut the first piece off: after the last line break before a word, where every tokenizer that splits text into words splits; otherwise
     * before a word; otherwise anywhere.
     */
    private int cut() {
        for (int i = PIECE - 1; i > 0; i--) {
            if (pending.charAt(i) == '\n' && isWord(pending.charAt(i + 1) == ' ' ? i + 2 : i + 1)) {
                return i + 1;
            }
        }
        for (int i = PIECE - 1; i > 0; i--) {
            if (pending.charAt(i) == ' ' && isWord(i + 1) && isWord(i - 1)) {
                return i;
            }
        }
        return Character.isHighSurrogate(pending.charAt(PIECE - 1)) ? PIECE - 1 : PIECE;
    }

    private boolean isWord(int at) {
        return !Character.isWhitespace(pending.charAt(at));
    }

    private void encode(String text) {
        if (text.isEmpty()) {
            return;
        }
        for (int token : tokenizer.encode(text)) {
            if (isFull()) {
                return;
            }
            if (atStart) {
                starts = withRoom(starts, documents);
                starts[documents++] = size;
            }
            tokens = withRoom(tokens, size);
            tokens[size++] = token;
            atStart = endOfText.contains(token);
        }
    }

    private static int[] withRoom(int[] array, int used) {
        return used < array.length
                ? array
                : Arrays.copyOf(array, (int) Math.min(array.length + (array.length >> 1) + 16L, LONGEST));
    }
}
