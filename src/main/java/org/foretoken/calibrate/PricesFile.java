package org.foretoken.calibrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;

/** A setup's {@code prices.json}: the prices of all links for each source that was calibrated. */
public final class PricesFile {
    private static final int FORMAT = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private PricesFile() {}

    /** The file inside a setup's folder. */
    public static Path in(Path folder) {
        return folder.resolve("prices.json");
    }

    /**
     * Reads all prices of a setup; none where it was never calibrated.
     *
     * @throws ForetokenException when the file is there but broken
     */
    public static Map<Source, LinkPrices> read(Path folder, int baseLayers, int auxiliaryLayers)
            throws ForetokenException {
        Path file = in(folder);
        Map<Source, LinkPrices> prices = new EnumMap<>(Source.class);
        if (!Files.isRegularFile(file)) {
            return prices;
        }
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            if (root.path("format").asInt(0) != FORMAT) {
                throw new ForetokenException(
                        file + " isn't of format " + FORMAT + ", the only one that's known here: calibrate again.");
            }
            for (Map.Entry<String, JsonNode> entry : root.path("sources").properties()) {
                JsonNode node = entry.getValue();
                LinkPrices read = new LinkPrices(
                        source(file, entry.getKey()),
                        node.path("tokens").asLong(),
                        node.path("held_out").asLong(),
                        node.path("lambda").asDouble(Double.NaN),
                        matrix(file, node.path("keys"), baseLayers, auxiliaryLayers),
                        matrix(file, node.path("values"), baseLayers, auxiliaryLayers));
                if (!(read.lambda() >= 0) || read.tokens() < 0 || read.heldOut() < 0) {
                    throw new ForetokenException(file + ", sources." + entry.getKey()
                            + ": tokens, held_out and lambda must be numbers from 0 on. Calibrate again.");
                }
                prices.put(read.source(), read);
            }
            return prices;
        } catch (IOException e) {
            throw new ForetokenException(
                    file + " can't be read: " + ForetokenException.reason(e) + ". Calibrate again.", e);
        }
    }

    private static Source source(Path file, String name) throws ForetokenException {
        try {
            return Source.of(name);
        } catch (ForetokenException e) {
            throw new ForetokenException(file + ", sources: " + e.sentence() + " Calibrate again.", e);
        }
    }

    private static List<List<Double>> matrix(Path file, JsonNode rows, int baseLayers, int auxiliaryLayers)
            throws ForetokenException {
        List<List<Double>> matrix = new ArrayList<>();
        for (JsonNode row : rows) {
            List<Double> prices = new ArrayList<>();
            for (JsonNode price : row) {
                if (!price.isNull() && !(price.isNumber() && price.asDouble() >= 0)) {
                    throw new ForetokenException(
                            file + " has a price that is no number from 0 on: " + price + ". Calibrate again.");
                }
                prices.add(price.isNumber() ? price.asDouble() : Double.NaN);
            }
            matrix.add(prices);
        }
        boolean fits = matrix.size() == baseLayers && matrix.stream().allMatch(row -> row.size() == auxiliaryLayers);
        if (!fits) {
            throw new ForetokenException(file + " has prices of other models than " + baseLayers + " base and "
                    + auxiliaryLayers + " auxiliary layers. Calibrate again.");
        }
        return matrix;
    }

    /** Writes the prices of a setup, atomically. */
    public static void write(Path folder, Map<Source, LinkPrices> prices) throws ForetokenException {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        ObjectNode sources = root.putObject("sources");
        for (LinkPrices each : prices.values()) {
            ObjectNode node = sources.putObject(each.source().label())
                    .put("tokens", each.tokens())
                    .put("held_out", each.heldOut())
                    .put("lambda", each.lambda());
            put(node.putArray("keys"), each.keys());
            put(node.putArray("values"), each.values());
        }
        AtomicFile.write(in(folder), (root + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void put(ArrayNode rows, List<List<Double>> matrix) {
        for (List<Double> prices : matrix) {
            ArrayNode row = rows.addArray();
            for (double price : prices) {
                if (Double.isNaN(price)) {
                    row.addNull();
                } else {
                    row.add(price);
                }
            }
        }
    }
}
