package org.foretoken.ui.fx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several values typed into one field, with commas or blanks between. */
public final class TypedList {
    private static final int MOST = 1 << 20;

    private TypedList() {}

    /** The values. */
    public static List<String> parts(String typed) {
        return Stream.of(typed.split("[,;\\s]+", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Whole numbers from 1 on, as of tokens; empty where something is none. */
    public static Optional<List<Integer>> numbers(String typed) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : parts(typed)) {
            try {
                numbers.add(Integer.parseInt(part));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        return numbers.stream().allMatch(n -> n >= 1 && n <= MOST) ? Optional.of(numbers) : Optional.empty();
    }

    /** Numbers as one would type them. */
    public static String words(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
