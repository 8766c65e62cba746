package org.foretoken.text;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Looks for a repeated group that holds a repetition, as in {@code (a+)+}: matching it takes exponential time, and the tokenizer library
 * answers that by ending the process. No published tokenizer needs one.
 */
final class PatternCheck {
    private PatternCheck() {}

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
