package org.foretoken.eval;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What answers are made alike by before they are compared. The originals are Python: {@code \b}, {@code split} and {@code strip} go by Unicode there, so
 * letters and spaces are spelt out here.
 */
final class Normalisation {
    /** {@code string.punctuation}: the 32 of ASCII. */
    private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

    private static final Pattern OFFICIAL_PUNCTUATION = Pattern.compile("[\\p{Punct}\u2018\u2019\u00b4]");
    private static final String SPACES = "[\\s\\x1c-\\x1f\\x85\\p{Z}]+";
    private static final Pattern SPACE = Pattern.compile(SPACES);
    private static final Pattern AROUND = Pattern.compile("^" + SPACES + "|" + SPACES + "$");
    private static final String NOT_AFTER_A_WORD = "(?<![\\p{L}\\p{N}_])";
    private static final String NOT_BEFORE_A_WORD = "(?![\\p{L}\\p{N}_])";
    private static final Pattern ARTICLE = Pattern.compile(NOT_AFTER_A_WORD + "(?:a|an|the)" + NOT_BEFORE_A_WORD);
    private static final Pattern NQ_ARTICLE = Pattern.compile(NOT_AFTER_A_WORD + "(?:The |the |An |A |a |an )");

    private Normalisation() {}

    /** Spaces at both ends off, as lm-eval 0.4.13's filter {@code remove_whitespace} does; older ones took them off the front alone. */
    static String strip(String text) {
        return AROUND.matcher(text).replaceAll("");
    }

    /** lm-eval's {@code exact_match} with {@code ignore_case} and {@code ignore_punctuation}: articles and spaces stay. */
    static String lmEval(String text) {
        return PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /** The same after lm-eval's {@code regexes_to_ignore} of NQ-open. */
    static String lmEvalNqOpen(String text) {
        return lmEval(NQ_ARTICLE.matcher(text).replaceAll(""));
    }

    /** {@code normalize_answer} of the official TriviaQA script. */
    static String official(String text) {
        String plain = text.replace('_', ' ').toLowerCase(Locale.ROOT);
        String words = OFFICIAL_PUNCTUATION.matcher(plain).replaceAll(" ");
        return strip(SPACE.matcher(ARTICLE.matcher(words).replaceAll(" ")).replaceAll(" "));
    }

    /** The words of {@link #official}. */
    static List<String> words(String text) {
        String normal = official(text);
        return normal.isEmpty() ? List.of() : List.of(normal.split(" ", -1));
    }
}
