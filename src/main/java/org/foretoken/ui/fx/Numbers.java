package org.foretoken.ui.fx;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.foretoken.Digits;

/** Numbers as the window writes them: three significant digits, a unit always, a dash where nothing was measured. */
public final class Numbers {
    /** In place of a number that nobody has measured. */
    public static final String DASH = "–";

    private Numbers() {}

    /** Three significant digits with trailing zeros kept and thousands grouped: 0.5 is "0.500", 12345 is "12,300". */
    public static String significant(double value) {
        return Double.isFinite(value) ? Digits.three(value) : DASH;
    }

    /** A number with as many decimals as {@link #significant} gives another one that is no smaller: 0.00088 beside 0.0278 is "0.0009". */
    public static String fine(double value, double other) {
        String words = significant(other);
        int point = words.indexOf('.');
        return point < 0 || Math.abs(other) < Math.abs(value)
                ? significant(value)
                : String.format(Locale.ROOT, "%,." + (words.length() - point - 1) + "f", value);
    }

    /** An exact count, thousands grouped. */
    public static String count(long value) {
        return Digits.count(value);
    }

    /** A count and what is counted, such as "1 layer" and "30 layers". */
    public static String count(long value, String singular) {
        return count(value) + " " + singular + (value == 1 ? "" : "s");
    }

    /** A large count in thousands, millions or billions, such as "135 M". */
    public static String large(long value) {
        if (value < 1_000) {
            return count(value);
        }
        if (value < 999_500) {
            return significant(value / 1e3) + " k";
        }
        return value < 999_500_000 ? significant(value / 1e6) + " M" : significant(value / 1e9) + " B";
    }

    /** Bytes in decimal units, such as "269 MB". */
    public static String bytes(long bytes) {
        return Digits.bytes(bytes);
    }

    /** Milliseconds as milliseconds, seconds or minutes. */
    public static String millis(double millis) {
        if (!Double.isFinite(millis)) {
            return DASH;
        }
        if (millis < 999.5) {
            return significant(millis) + " ms";
        }
        return millis < 99_950 ? significant(millis / 1e3) + " s" : significant(millis / 60e3) + " min";
    }

    /** A ratio, such as "1.84×". */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? significant(ratio) + "×" : DASH;
    }

    /** Tokens a second. */
    public static String rate(double tokensPerSecond) {
        return Double.isFinite(tokensPerSecond) ? significant(tokensPerSecond) + " tokens/s" : DASH;
    }

    /** A share of one in per cent, such as "3.33%". */
    public static String percent(double share) {
        return Double.isFinite(share) ? significant(share * 100) + "%" : DASH;
    }

    /** A setting as one would type it: no trailing zeros, such as "0.95". */
    public static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** How long still, in whole seconds or minutes: a rough number, so no false digits. */
    public static String left(Duration left) {
        return Digits.wait(left) + " left";
    }
}
