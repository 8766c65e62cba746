package org.foretoken.text.jinja;

import java.util.List;
import org.foretoken.text.jinja.Token.Kind;

/** The tokens of a template and how far they have been read. */
final class TokenReader {
    /** Parentheses within parentheses, blocks within blocks. */
    private static final int MAX_DEPTH = 100;

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        at++;
        return token;
    }

    boolean isNext(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    boolean isNextName(String name) {
        return peek().is(Kind.NAME, name);
    }

    boolean skip(String operator) {
        boolean found = isNext(operator);
        at += found ? 1 : 0;
        return found;
    }

    boolean skipName(String name) {
        boolean found = isNextName(name);
        at += found ? 1 : 0;
        return found;
    }

    void expect(Kind kind, String text) {
        if (!peek().is(kind, text)) {
            throw unexpected("'" + text + "'");
        }
        at++;
    }

    String name() {
        if (peek().kind() != Kind.NAME) {
            throw unexpected("a name");
        }
        return next().text();
    }

    JinjaException unexpected(String wanted) {
        return new JinjaException(
                "line " + peek().line() + ": '" + peek().text() + "' stands where " + wanted + " is needed");
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JinjaException("line " + peek().line() + ": it is nested too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
