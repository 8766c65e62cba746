package org.foretoken.ui.prompt;

import java.util.List;

/**
 * A text with the first token that differs from the base's set apart.
 *
 * @param same up to there; all of the text when it doesn't differ
 * @param mark the token that differs; empty when none does
 * @param rest after it
 */
record MarkedText(String same, String mark, String rest) {
    /** No text yet. */
    static final MarkedText EMPTY = new MarkedText("", "", "");

    /** A token of an answer; {@code text} is what became readable with it, perhaps nothing. */
    record Token(int id, String text) {}

    /** Sets apart token {@code at}; where nothing became readable with it, the next one that shows. */
    static MarkedText of(List<Token> tokens, int at) {
        StringBuilder same = new StringBuilder();
        String mark = "";
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            String text = tokens.get(i).text();
            if (at < 0 || i < at) {
                same.append(text);
            } else if (mark.isEmpty()) {
                mark = text;
            } else {
                rest.append(text);
            }
        }
        return new MarkedText(same.toString(), mark, rest.toString());
    }

    /**
     * The first token that differs from the base's, or -1. Being longer than an answer that has ended differs, too; being shorter doesn't.
     *
     * @param baseEnded whether no more tokens of the base will come
     */
    static int divergence(List<Token> base, boolean baseEnded, List<Token> other) {
        for (int i = 0; i < other.size(); i++) {
            if (i >= base.size()) {
                return baseEnded ? i : -1;
            }
            if (base.get(i).id() != other.get(i).id()) {
                return i;
            }
        }
        return -1;
    }

    /** All of it. */
    String whole() {
        return same + mark + rest;
    }
}
