package org.foretoken.text.jinja;

/** The value of a name that nothing was given for: prints as nothing, is false, and may not be used further. */
record Undefined(String name) {
    JinjaException used() {
        return new JinjaException("'" + name + "' is undefined");
    }
}
