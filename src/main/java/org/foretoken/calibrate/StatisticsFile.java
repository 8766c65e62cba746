package org.foretoken.calibrate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Tensors;

/**
 * The sums of every link, kept beside a setup in {@code statistics-SOURCE.safetensors}, float64, so that a changed layer map is fitted without a model or
 * a text. They're mapped, not read: a fit touches the columns of its links alone.
 */
public final class StatisticsFile implements AutoCloseable {
    private final SafetensorsFile file;
    private final KvStatistics statistics;

    private StatisticsFile(SafetensorsFile file, KvStatistics statistics) {
        this.file = file;
        this.statistics = statistics;
    }

    /** The file inside a setup's folder. */
    public static Path in(Path folder, Source source) {
        return folder.resolve("statistics-" + source.label() + ".safetensors");
    }

    /** Writes sums of every link, atomically. */
    static void write(Path folder, KvStatistics statistics) throws ForetokenException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (List<Part> parts : Outputs.sides(statistics.source())) {
            Part part = parts.get(0);
            String side = name(part);
            statistics.side(part).forEach((a, input) -> {
                tensors.put(side + "." + a + ".gram", input.gram());
                tensors.put(side + "." + a + ".cross", input.cross());
                tensors.put(side + ".squares", input.outputs().squares());
                metadata.put(
                        "base_layers",
                        input.outputs().columns(part).keySet().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(",")));
            });
        }
        metadata.put("tokens", String.valueOf(statistics.tokens()));
        metadata.put("source", statistics.source().label());
        SafetensorsWriter.write(in(folder, statistics.source()), tensors, metadata);
    }

    /**
     * Opens the sums of a setup.
     *
     * @param map that fits its models
     * @param kvDims of the base's layers
     * @throws ForetokenException when there are none, or they belong to other models
     */
    public static StatisticsFile open(
            Path folder, Source source, LayerMap map, List<Long> kvDims, int auxiliaryLayers, int commonLayers)
            throws ForetokenException {
        Path path = in(folder, source);
        if (!Files.isRegularFile(path)) {
            throw new ForetokenException("There are no statistics for source " + source.label()
                    + " beside this setup: calibrate it with that source first.");
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        KvStatistics statistics = new KvStatistics(source, map, auxiliaryLayers, commonLayers);
        try {
            List<Integer> layers = Arrays.stream(
                            file.metadata().getOrDefault("base_layers", "").split(","))
                    .map(Integer::valueOf)
                    .toList();
            long tokens = Long.parseUnsignedLong(file.metadata().getOrDefault("tokens", ""));
            for (List<Part> parts : Outputs.sides(source)) {
                read(file, path, parts, layers, kvDims, tokens, statistics);
            }
            return new StatisticsFile(file, statistics);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // tensors first: each holds the mapping as long as it lives
            statistics.close();
            file.close();
            throw new ForetokenException(path + " is damaged or belongs to other models: calibrate again.", e);
        } catch (ForetokenException | RuntimeException e) {
            statistics.close();
            file.close();
            throw e;
        }
    }

    private static String name(Part side) {
        return side.name().toLowerCase(Locale.ROOT);
    }

    private static void read(
            SafetensorsFile file,
            Path path,
            List<Part> parts,
            List<Integer> layers,
            List<Long> kvDims,
            long tokens,
            KvStatistics statistics)
            throws ForetokenException {
        Part part = parts.get(0);
        String side = name(part);
        Outputs outputs = new Outputs(parts, kvDims, layers, 0);
        boolean put = false;
        try (PointerScope scope = new PointerScope()) {
            outputs.setSquares(sized(file, path, side + ".squares", outputs.width()));
            for (int a = 0; a < statistics.auxiliaryLayers(); a++) {
                String name = side + "." + a + ".gram";
                long rows = file.weights().info(name).shape().get(0);
                Tensor gram = sized(file, path, name, rows, rows);
                // the last entry sums up a 1 for every token
                if (gram.select(0, rows - 1).select(0, rows - 1).item_double() != tokens) {
                    throw new ForetokenException(path + " is damaged: " + name + " isn't of " + tokens
                            + " tokens, as its metadata says. Calibrate again.");
                }
                Tensor cross = sized(file, path, side + "." + a + ".cross", rows, outputs.width());
                statistics.put(part, a, new InputSums(outputs, Tensors.keep(gram), Tensors.keep(cross), tokens));
                put = true;
            }
        } finally {
            if (!put) {
                outputs.close(); // nobody else knows of them
            }
        }
    }

    private static Tensor sized(SafetensorsFile file, Path path, String name, long... shape) throws ForetokenException {
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        List<Long> found = file.weights().info(name).shape();
        if (!found.equals(expected)) {
            throw new ForetokenException(path + ": tensor " + name + " is " + found + ", but the models call for "
                    + expected + ": calibrate again.");
        }
        if (file.weights().info(name).dtype() != DType.F64) {
            throw new ForetokenException(path + ": tensor " + name + " is "
                    + file.weights().info(name).dtype() + ", but sums are F64: calibrate again.");
        }
        return file.weights().tensor(name);
    }

    KvStatistics sums() {
        return statistics;
    }

    @Override
    public void close() {
        statistics.close();
        file.close();
    }
}
