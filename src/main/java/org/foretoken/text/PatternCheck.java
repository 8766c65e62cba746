package org.foretoken.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Looks for what the tokenizer library answers by ending the process: a repeated group that holds a repetition, as in {@code (a+)+}, which takes exponential
 * time to match; groups in groups without end (4,000 are too many for it, 1,000 aren't); and, of a pattern that is replaced, one that matches nothing at all. No
 * published tokenizer needs any of them.
 */
final class PatternCheck {
    private static final int MOST_NESTED = 100;

    private PatternCheck() {}

    /** Whether groups and classes lie more than a hundred deep in each other. */
    static boolean nestsDeeply(String pattern) {
        int depth = 0;
        for (int i = 0; i < pattern.length() && depth <= MOST_NESTED; i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth = Math.max(0, depth - 1);
            }
        }
        return depth > MOST_NESTED;
    }

    /** Whether it matches an empty text, or a place between letters. Java's syntax is nearly the library's; what it can't read counts as no match. */
    static boolean matchesNothing(String pattern) {
        try {
            Matcher matcher = Pattern.compile(pattern).matcher("a b");
            boolean empty =
                    pattern.isEmpty() || Pattern.compile(pattern).matcher("").find();
            while (!empty && matcher.find()) {
                empty = matcher.start() == matcher.end();
            }
            return empty;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    static boolean repeatsARepetition(String pattern) {
        Deque<Boolean> outer = new ArrayDeque<>();
        boolean repeats = false; // the group being read holds a repetition
        boolean closed = false; // the last atom was a group, and it held one
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean repetition = c == '*' || c == '+' || (c == '{' && isCount(pattern, i));
            if (repetition && closed) {
                return true;
            }
            repeats |= repetition;
            closed = false;
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                i = endOfClass(pattern, i);
            } else if (c == '(') {
                outer.push(repeats);
                repeats = false;
            } else if (c == ')' && !outer.isEmpty()) {
                closed = repeats;
                repeats |= outer.pop();
            }
        }
        return false;
    }

    /** {@code {2,}} is a count, the {@code {L}} of {@code \\p{L}} is not. */
    private static boolean isCount(String pattern, int open) {
        return open + 1 < pattern.length() && "0123456789,".indexOf(pattern.charAt(open + 1)) >= 0;
    }

    /** The index of the bracket that closes the class opened at {@code open}; classes nest. */
    private static int endOfClass(String pattern, int open) {
        int depth = 1;
        boolean negated = open + 1 < pattern.length() && pattern.charAt(open + 1) == '^';
        // The first character of a class stands for itself, even a closing bracket.
        int first = open + (negated ? 2 : 1);
        for (int i = first < pattern.length() && pattern.charAt(first) == ']' ? first + 1 : first;
                i < pattern.length();
                i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        return pattern.length();
    }
}
