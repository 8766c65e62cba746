package org.foretoken.text.jinja;

/** A template that cannot be read or rendered; the message says why, without a full stop. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JinjaException(String message) {
        super(message);
    }
}
