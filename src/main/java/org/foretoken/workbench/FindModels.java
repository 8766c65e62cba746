package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the models on this machine: sample-models, the Hugging Face cache, and the folders and files that the user added. Quick, any thread but the
 * FX thread.
 */
public final class FindModels {
    private static final Logger LOG = LoggerFactory.getLogger(FindModels.class);

    /** Levels under a folder in which models are looked for. */
    private static final int DEPTH = 3;

    /**
     * A place that holds a model; not opened yet.
     *
     * @param where it was found, in words
     */
    public record Found(String name, Path path, String where) {}

    private final Path samples;

    public FindModels(Workbench workbench) {
        this.samples = Workbench.samplesFolder();
    }

    /** @param added folders and files that the user added */
    public List<Found> run(List<Path> added) {
        Map<Path, Found> found = new LinkedHashMap<>();
        added.forEach(path -> look(path, "added", found));
        look(samples, "sample models", found);
        look(hubCache(), "Hugging Face cache", found);
        return List.copyOf(found.values());
    }

    private static Path hubCache() {
        String hub = System.getenv("HF_HUB_CACHE");
        if (hub != null) {
            return Path.of(hub);
        }
        String home = System.getenv("HF_HOME");
        return (home == null ? Path.of(System.getProperty("user.home"), ".cache", "huggingface") : Path.of(home))
                .resolve("hub");
    }

    private static void look(Path start, String where, Map<Path, Found> found) {
        if (isModel(start)) {
            add(start, where, found);
            return;
        }
        if (!Files.isDirectory(start)) {
            return;
        }
        List<Path> places = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(start, DEPTH)) {
            walk.filter(FindModels::isModel).sorted().forEach(places::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("{} could not be searched for models", start, e);
        }
        places.forEach(path -> add(path, where, found));
    }

    private static void add(Path path, String where, Map<Path, Found> found) {
        Path key = path.toAbsolutePath().normalize();
        found.putIfAbsent(key, new Found(InspectModel.name(key), key, where));
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".gguf")) {
            return Files.isRegularFile(path);
        }
        boolean weights = Files.exists(path.resolve("model.safetensors"))
                || Files.exists(path.resolve("model.safetensors.index.json"));
        return weights && Files.isRegularFile(path.resolve("config.json"));
    }
}
