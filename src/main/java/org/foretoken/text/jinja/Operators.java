package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** Arithmetic and concatenation as in Python. */
final class Operators {
    private Operators() {}

    static Object apply(String operator, Object a, Object b, Budget budget) {
        budget.step();
        return switch (operator) {
            case "==" -> Values.equal(a, b, budget);
            case "!=" -> !Values.equal(a, b, budget);
            case "<" -> Values.compare(a, b, budget) < 0;
            case "<=" -> Values.compare(a, b, budget) <= 0;
            case ">" -> Values.compare(a, b, budget) > 0;
            case ">=" -> Values.compare(a, b, budget) >= 0;
            case "in" -> Values.contains(b, a, budget);
            case "not in" -> !Values.contains(b, a, budget);
            case "~" -> budget.made(Values.text(a, budget).concat(Values.text(b, budget)));
            case "+" -> add(a, b, budget);
            case "*" -> multiply(a, b, budget);
            default -> arithmetic(operator, a, b);
        };
    }

    private static Object add(Object a, Object b, Budget budget) {
        if (a instanceof String left && b instanceof String right) {
            return budget.made(left.concat(right));
        }
        if (a instanceof List<?> left && b instanceof List<?> right && ((a instanceof Tuple) == (b instanceof Tuple))) {
            List<Object> all = new ArrayList<>(left);
            all.addAll(right);
            budget.made(all.size());
            return a instanceof Tuple ? new Tuple(all) : all;
        }
        return arithmetic("+", a, b);
    }

    private static Object multiply(Object a, Object b, Budget budget) {
        Object text = a instanceof String ? a : b;
        Object count = a instanceof String ? b : a;
        if (text instanceof String unit && (count instanceof Long || count instanceof Boolean)) {
            int times = Math.max(0, Values.index(count));
            budget.made((long) times * unit.length());
            return unit.repeat(times);
        }
        return arithmetic("*", a, b);
    }

    private static Object arithmetic(String operator, Object a, Object b) {
        if (!Values.isNumeric(a) || !Values.isNumeric(b)) {
            throw Values.unsuitable("be taken together by " + operator, a, b);
        }
        boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
        if (divides && Values.real(b) == 0) {
            throw new JinjaException("a number is divided by zero");
        }
        try {
            boolean real = a instanceof Double || b instanceof Double || operator.equals("/");
            boolean fraction = operator.equals("**") && !(b instanceof Double) && Values.whole(b) < 0;
            return real || fraction
                    ? (Object) real(operator, Values.real(a), Values.real(b))
                    : (Object) whole(operator, Values.whole(a), Values.whole(b));
        } catch (ArithmeticException e) {
            throw new JinjaException("a number becomes too large");
        }
    }

    private static double real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - Math.floor(a / b) * b;
            default -> Math.pow(a, b);
        };
    }

    private static long whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            default -> power(a, b);
        };
    }

    private static long power(long base, long exponent) {
        long result = 1;
        boolean grows = base > 1 || base < -1;
        // Beyond 63 steps anything that grows has overflowed, and the rest only alternates.
        for (long i = grows ? exponent : Math.min(exponent, 2 + exponent % 2); i > 0; i--) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    static Object negate(Object value) {
        return value instanceof Double number ? (Object) (-number) : (Object) (-Values.whole(value));
    }
}
