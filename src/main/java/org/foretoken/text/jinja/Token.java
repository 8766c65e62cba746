package org.foretoken.text.jinja;

/**
 * A piece of a template.
 *
 * @param text what it says; for strings, what it stands for
 * @param line where it is, from 1
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        /** Text outside of tags. */
        DATA,
        /** What opens and closes a tag: two braces, or a brace and a percent sign. */
        TAG,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }
}
