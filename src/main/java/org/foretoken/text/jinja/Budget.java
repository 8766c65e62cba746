package org.foretoken.text.jinja;

/** Bounds what a template may cost, in time and memory: a step each for what is evaluated, and one for every four characters or entries made. */
final class Budget {
    private static final long STEPS = 20_000_000;
    private static final int MAX_CALL_DEPTH = 60;

    private long left = STEPS;
    private int depth;

    void step() {
        spend(1);
    }

    void made(long size) {
        spend(1 + size / 4);
    }

    private void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new JinjaException("it takes too long or makes too much text");
        }
    }

    String made(String text) {
        made(text.length());
        return text;
    }

    void enterCall() {
        if (++depth > MAX_CALL_DEPTH) {
            throw new JinjaException("its macros call each other without end");
        }
    }

    void leaveCall() {
        depth--;
    }
}
