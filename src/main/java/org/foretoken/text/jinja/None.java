package org.foretoken.text.jinja;

/** Python's None. */
enum None {
    NONE
}
