package org.foretoken.text;

import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.foretoken.ForetokenException;

/** Typed reading of a GGUF file's metadata, whose lists may be {@link List}s or arrays. Every failure names the file and the key. */
final class GgufMetadata {
    /** Bounds what a hostile file costs; the largest vocabularies have 300 thousand tokens of at most some hundred characters. */
    private static final int MAX_ENTRIES = 4_000_000;

    private static final int MAX_STRING_LENGTH = 1024;

    private final Path file;
    private final Map<String, Object> values;

    GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    String file() {
        return file.toString();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    ForetokenException wrong(String key, String what) {
        return new ForetokenException(file + ": " + key + " " + what + ".");
    }

    private Object value(String key) throws ForetokenException {
        Object value = values.get(key);
        if (value == null) {
            throw wrong(
                    key,
                    "is missing, so the file has no usable tokenizer; get the file again or use a Hub folder instead");
        }
        return value;
    }

    private ForetokenException wrongType(String key, String wanted, Object value) {
        return wrong(
                key,
                "is " + TokenizerJson.shortened(String.valueOf(value)) + " where " + wanted
                        + " is needed; get the file again");
    }

    String string(String key) throws ForetokenException {
        Object value = value(key);
        if (value instanceof String text) {
            return text;
        }
        throw wrongType(key, "a text", value);
    }

    boolean flag(String key, boolean unlessSaid) throws ForetokenException {
        Object value = values.getOrDefault(key, unlessSaid);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrongType(key, "true or false", value);
    }

    OptionalInt integer(String key) throws ForetokenException {
        if (!has(key)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(wholeNumber(key, value(key)));
    }

    private int wholeNumber(String key, Object value) throws ForetokenException {
        if (value instanceof Number number
                && !(value instanceof Float || value instanceof Double)
                && number.longValue() == number.intValue()) {
            return number.intValue();
        }
        throw wrongType(key, "a whole number", value);
    }

    String[] strings(String key) throws ForetokenException {
        Object list = list(key);
        String[] result = new String[length(list)];
        for (int i = 0; i < result.length; i++) {
            Object entry = entry(list, i);
            if (!(entry instanceof String text)) {
                throw wrongType(key + "[" + i + "]", "a text", entry);
            }
            if (text.length() > MAX_STRING_LENGTH) {
                throw wrong(
                        key + "[" + i + "]", "is a text of " + text.length() + " characters, longer than any token is");
            }
            result[i] = text;
        }
        return result;
    }

    int[] ints(String key) throws ForetokenException {
        Object list = list(key);
        int[] result = new int[length(list)];
        for (int i = 0; i < result.length; i++) {
            result[i] = wholeNumber(key + "[" + i + "]", entry(list, i));
        }
        return result;
    }

    float[] floats(String key) throws ForetokenException {
        Object list = list(key);
        float[] result = new float[length(list)];
        for (int i = 0; i < result.length; i++) {
            Object entry = entry(list, i);
            if (!(entry instanceof Number number) || !Float.isFinite(number.floatValue())) {
                throw wrongType(key + "[" + i + "]", "a number", entry);
            }
            result[i] = number.floatValue();
        }
        return result;
    }

    private Object list(String key) throws ForetokenException {
        Object value = value(key);
        if (!(value instanceof List<?>) && !value.getClass().isArray()) {
            throw wrongType(key, "a list", value);
        }
        int length = length(value);
        if (length == 0 || length > MAX_ENTRIES) {
            throw wrong(
                    key, "has " + length + " entries, where 1 to " + MAX_ENTRIES + " can be right; get the file again");
        }
        return value;
    }

    private static int length(Object list) {
        return list instanceof List<?> entries ? entries.size() : Array.getLength(list);
    }

    /** "null" stands for an entry that is missing, so that messages can show it. */
    private static Object entry(Object list, int index) {
        Object entry = list instanceof List<?> entries ? entries.get(index) : Array.get(list, index);
        return entry == null ? List.of() : entry;
    }
}
