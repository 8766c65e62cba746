package org.foretoken.text.corpus;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;

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

    /** The one of that label. */
    public static Packing of(String label) throws ForetokenException {
        for (Packing packing : values()) {
            if (packing.label().equals(label.toLowerCase(Locale.ROOT))) {
                return packing;
            }
        }
        String known = Arrays.stream(values()).map(Packing::label).collect(Collectors.joining(", "));
        throw new ForetokenException("There is no packing '" + label + "': choose one of " + known + ".");
    }
}
