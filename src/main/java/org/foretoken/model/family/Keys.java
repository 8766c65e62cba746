package org.foretoken.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.checkpoint.HubFolder;

/** The keys of a config.json or of a GGUF file's metadata, read with a sentence for each that is missing or out of range. */
final class Keys {
    /** Larger than any dimension of a model that fits a computer; keeps products of two within a long. */
    private static final long LIMIT = 1 << 24;

    private final Path file;
    private final Lookup lookup;

    private interface Lookup {
        Optional<Object> find(String key);
    }

    private Keys(Path file, Lookup lookup) {
        this.file = file;
        this.lookup = lookup;
    }

    static Keys of(HubFolder folder) {
        return of(folder.path().resolve("config.json"), folder.config());
    }

    /** The keys inside an object of a config. */
    static Keys of(Path file, JsonNode object) {
        return new Keys(file, key -> Optional.ofNullable(plain(object.get(key))));
    }

    /** Metadata of one architecture: keys are given without its prefix. */
    static Keys of(GgufFile gguf, String architecture) {
        Map<String, Object> metadata = gguf.metadata();
        return new Keys(gguf.path(), key -> Optional.ofNullable(plain(metadata.get(architecture + "." + key))));
    }

    private static @org.jspecify.annotations.Nullable Object plain(@org.jspecify.annotations.Nullable Object value) {
        if (value instanceof JsonNode node) {
            if (node.isNull()) {
                return null;
            }
            if (node.isIntegralNumber() && node.canConvertToLong()) {
                return node.asLong();
            }
            if (node.isNumber()) {
                return node.asDouble();
            }
            if (node.isBoolean()) {
                return node.asBoolean();
            }
            if (node.isTextual()) {
                return node.asText();
            }
            if (node.isArray()) {
                List<Object> list = new ArrayList<>();
                node.forEach(element -> list.add(String.valueOf(plain(element))));
                return list;
            }
            return node;
        }
        if (value instanceof long[] array) {
            List<Object> list = new ArrayList<>();
            for (long element : array) {
                list.add(Long.toString(element));
            }
            return list;
        }
        return value;
    }

    boolean has(String key) {
        return lookup.find(key).isPresent();
    }

    /** A whole number of at least 1. */
    int positive(String key) throws ForetokenException {
        Object value = lookup.find(key).orElseThrow(() -> missing(key));
        if (value instanceof Long number && number > 0 && number <= LIMIT) {
            return number.intValue();
        }
        throw unusable(key, value, "a whole number from 1 to " + LIMIT);
    }

    int positive(String key, int otherwise) throws ForetokenException {
        return has(key) ? positive(key) : otherwise;
    }

    /** A number above 0. */
    double real(String key) throws ForetokenException {
        Object value = lookup.find(key).orElseThrow(() -> missing(key));
        if (value instanceof Number number && number.doubleValue() > 0 && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw unusable(key, value, "a number above 0");
    }

    double real(String key, double otherwise) throws ForetokenException {
        return has(key) ? real(key) : otherwise;
    }

    boolean flag(String key, boolean otherwise) throws ForetokenException {
        Optional<Object> value = lookup.find(key);
        if (value.isPresent() && !(value.get() instanceof Boolean)) {
            throw unusable(key, value.get(), "true or false");
        }
        return value.isPresent() ? (Boolean) value.get() : otherwise;
    }

    Optional<String> text(String key) {
        return lookup.find(key).map(String::valueOf);
    }

    /** The object under a key, for configs that nest. */
    Optional<Keys> object(String key) throws ForetokenException {
        Optional<Object> value = lookup.find(key);
        if (value.isPresent() && !(value.get() instanceof JsonNode)) {
            throw unusable(key, value.get(), "an object");
        }
        return value.map(node -> of(file, (JsonNode) node));
    }

    /** A number for each layer, whether the file says one for all or a list. */
    List<Integer> perLayer(String key, int layers) throws ForetokenException {
        Object value = lookup.find(key).orElseThrow(() -> missing(key));
        List<Integer> numbers = new ArrayList<>();
        if (!(value instanceof List<?> list)) {
            return java.util.Collections.nCopies(layers, positive(key));
        }
        for (Object element : list) {
            try {
                int number = Integer.parseInt(element.toString());
                if (number <= 0 || number > LIMIT) {
                    throw unusable(key, value, "whole numbers above 0");
                }
                numbers.add(number);
            } catch (NumberFormatException e) {
                throw unusable(key, value, "whole numbers");
            }
        }
        if (numbers.size() != layers) {
            throw unusable(key, value, "a list of " + layers + ", one for each layer");
        }
        return numbers;
    }

    /** A list of numbers. */
    List<Double> reals(String key) throws ForetokenException {
        Object value = lookup.find(key).orElseThrow(() -> missing(key));
        List<Double> numbers = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                try {
                    numbers.add(Double.parseDouble(element.toString()));
                } catch (NumberFormatException e) {
                    throw unusable(key, value, "a list of numbers");
                }
            }
        }
        return numbers;
    }

    /** Refuses a key whose value would change the numbers in a way that isn't built here. */
    void refuseUnless(String key, String... allowed) throws ForetokenException {
        Optional<Object> value = lookup.find(key);
        if (value.isPresent() && !List.of(allowed).contains(value.get().toString())) {
            throw new ForetokenException(file + ": " + key + " = " + value.get() + " isn't supported (only "
                    + (allowed.length == 0 ? "absent" : String.join(" or ", allowed)) + "): choose another model.");
        }
    }

    ForetokenException unusable(String key, Object value, String wanted) {
        String shown = value.toString();
        return new ForetokenException(file + ": " + key + " = "
                + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown) + ", but it must be " + wanted
                + ". The file is damaged or of a kind that isn't known here.");
    }

    private ForetokenException missing(String key) {
        return new ForetokenException(
                file + " has no " + key + ", which this kind of model needs: download it again or choose another.");
    }
}
