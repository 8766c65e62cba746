package org.foretoken.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.foretoken.Digits;

/** Numbers as people read them: three significant digits and a unit. */
final class Units {
    private Units() {}

    /** Three significant digits, thousands separated: 0.0123, 1.20, 123, 1,230. */
    static String three(double value) {
        return Double.isFinite(value) ? Digits.three(value) : "-";
    }

    /** A number of things in words of thousands: 135 million. */
    static String amount(long value) {
        if (value >= 1_000_000_000L) {
            return three(value / 1e9) + " billion";
        }
        return value >= 1_000_000 ? three(value / 1e6) + " million" : Digits.count(value);
    }

    /** Milliseconds, or seconds from one on. */
    static String millis(double millis) {
        return millis >= 1e3 ? three(millis / 1e3) + " s" : three(millis) + " ms";
    }

    /** Whole numbers as the options take them: 0,2,4. */
    static String list(List<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
