package org.foretoken.text.corpus;

import java.util.Locale;

/** How documents become sequences of one length. */
public enum Packing {
    /** One after the other, borders or not; what shares a sequence is read as one text. */
    PACKED,

    /** The same, but documents that share a sequence are kept apart: none reads another, and no token is predicted across. */
    BOUNDED,

    /** Each begins a sequence of its own and is padded to its end; a longer one goes on in the next sequence. */
    PADDED;

    /** The name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
