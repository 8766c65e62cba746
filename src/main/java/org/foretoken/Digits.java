package org.foretoken;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Numbers as all of the program writes them. */
public final class Digits {
    private static final int DIGITS = 3;
    private static final MathContext THREE = new MathContext(DIGITS, RoundingMode.HALF_UP);

    private Digits() {}

    /**
     * Three significant digits, trailing zeros kept, thousands grouped: 0.0123, 0.500, 123, 12,300.
     *
     * @param value finite: what isn't, each place has a sign of its own for
     */
    public static String three(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(THREE);
        int beforePoint = rounded.precision() - rounded.scale(); // 0 or less below 0.1
        return String.format(Locale.ROOT, "%,." + Math.max(0, DIGITS - beforePoint) + "f", rounded);
    }

    /** How long something still takes, no finer than can be known: 1 s, 89 s, 2 min, 99 min, 2 h 5 min. */
    public static String wait(Duration left) {
        long seconds = Math.max(1, Math.round(left.toMillis() / 1e3));
        if (seconds < 90) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < 100 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    /** A whole number, thousands grouped: 12,345. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Bytes in decimal units, as file managers and memory prices have them: 269 MB. */
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 999_500) {
            return three(bytes / 1e3) + " kB";
        }
        return bytes < 999_500_000 ? three(bytes / 1e6) + " MB" : three(bytes / 1e9) + " GB";
    }
}
