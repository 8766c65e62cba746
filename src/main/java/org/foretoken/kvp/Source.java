package org.foretoken.kvp;

import java.util.Locale;
import org.foretoken.ForetokenException;

/** What a predictor reads from the auxiliary's mapped layer. */
public enum Source {
    /** Keys give keys, values give values: the paper. */
    KV,
    /** Keys and values side by side give both. */
    JOINT,
    /** The residual stream after the layer, divided by its RMS, gives both. */
    HIDDEN;

    /** The name in files and on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The source of that label. */
    public static Source of(String label) throws ForetokenException {
        for (Source source : values()) {
            if (source.label().equals(label)) {
                return source;
            }
        }
        throw new ForetokenException("There is no source '" + label + "': choose kv, joint or hidden.");
    }
}
