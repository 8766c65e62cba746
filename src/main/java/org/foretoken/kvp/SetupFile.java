package org.foretoken.kvp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.foretoken.AtomicFile;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;
import org.foretoken.Version;
import org.jspecify.annotations.Nullable;

/**
 * A setup's {@code setup.json}.
 *
 * @param format version of this file's form
 * @param auxiliary null when it is the base without some layers
 * @param selectLayers the base's layers that make up the auxiliary, ascending, when it is a pruned base
 * @param layerMap the auxiliary layer for base layer 0, 1, …
 * @param source what the predictor reads
 * @param tail prompt tokens that the base reads itself, at least 1
 * @param predictor how {@code predictor.safetensors} was made; null while there is none
 */
public record SetupFile(
        int format,
        ModelReference base,
        @Nullable ModelReference auxiliary,
        @Nullable List<Integer> selectLayers,
        List<Integer> layerMap,
        String source,
        int tail,
        @Nullable Origin predictor) {
    /** The version that this program writes and reads. */
    public static final int FORMAT = 1;

    private static final long MOST_BYTES = 100_000_000;

    /**
     * A model that a setup stands on.
     *
     * @param path where it was, absolute; in the file relative to the setup's folder when it lies in or beside it, so that they can be moved together
     * @param hash of its weights, see {@code WeightSource.hash}
     */
    public record ModelReference(String path, String hash) {
        private ModelReference resolved(Path folder) {
            return new ModelReference(absolute(folder).resolve(path).normalize().toString(), hash);
        }

        private ModelReference relative(Path folder) {
            Path setup = absolute(folder);
            Path model = absolute(Path.of(path));
            Path around = setup.getParent();
            boolean near = around != null && around.getNameCount() > 0 && model.startsWith(around);
            return near ? new ModelReference(setup.relativize(model).toString().replace('\\', '/'), hash) : this;
        }

        private static Path absolute(Path path) {
            return path.toAbsolutePath().normalize();
        }
    }

    /**
     * How a predictor came to be.
     *
     * @param method "calibrated", "trained" or "given"
     * @param tokens it was fitted or trained on; 0 when given
     * @param text files these came from
     * @param lambda ridge weight; 0 when it wasn't fitted
     * @param steps of training; null when it wasn't trained
     * @param program version that made it; null when given, and in files of before programs said so
     * @param kernel that multiplied then; null where nobody knows
     * @param from the predictor that training began with; null when it began from scratch or wasn't trained
     */
    public record Origin(
            String method,
            long tokens,
            List<String> text,
            double lambda,
            @Nullable Long steps,
            @Nullable String program,
            @Nullable String kernel,
            @Nullable Origin from) {
        /** Trainings that began with one another; JSON nests no deeper than some hundreds. */
        private static final int MOST_TRAININGS = 100;

        /** In words, such as "calibrated, 8,192 tokens of wiki.txt": the files' names alone. */
        public String words() {
            String how = tokens == 0 ? method : method + ", " + Digits.count(tokens) + " tokens";
            List<String> names = text.stream()
                    .map(file -> file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1))
                    .toList();
            return names.isEmpty() ? how : how + (tokens == 0 ? ": " : " of ") + String.join(", ", names);
        }

        /** What it can't be used for; null for nothing. */
        private static @Nullable String fault(@Nullable Origin origin) {
            int before = 0;
            for (Origin each = origin; each != null; each = each.from) {
                if ((Object) each.method == null
                        || (Object) each.text == null
                        || each.text.stream().anyMatch(Objects::isNull)) {
                    return "predictor needs a method and a list of texts";
                }
                if (each.tokens < 0 || !(each.lambda >= 0) || (each.steps != null && each.steps < 0)) {
                    return "tokens, lambda and steps of predictor must be 0 at least";
                }
                if (++before > MOST_TRAININGS) {
                    return "predictor.from goes back more than " + MOST_TRAININGS + " trainings";
                }
            }
            return null;
        }

        /** From elsewhere. */
        public static Origin given(List<String> files) {
            return new Origin("given", 0, files, 0, null, null, null, null);
        }

        /** Fitted in closed form, by this program. */
        public static Origin calibrated(long tokens, List<String> text, double lambda, @Nullable String kernel) {
            return new Origin("calibrated", tokens, text, lambda, null, Version.name(), kernel, null);
        }

        /** Trained by this program. */
        public static Origin trained(long tokens, List<String> text, long steps, String kernel, @Nullable Origin from) {
            return new Origin("trained", tokens, text, 0, steps, Version.name(), kernel, from);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            // a tail of 1.9 or "2" is a mistake, not 1 or 2
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    /** The file inside a setup's folder. */
    public static Path in(Path folder) {
        return folder.resolve("setup.json");
    }

    /** Whether a folder is a setup's. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(in(folder));
    }

    /** Refuses a folder that is a setup's, or a model's: what was fitted or trained there is not to be lost. */
    public static void checkNoneIn(Path folder) throws ForetokenException {
        boolean model = Files.exists(folder.resolve("config.json"));
        if (isIn(folder) || model) {
            throw new ForetokenException(folder + (model ? " has a model" : " is a setup")
                    + " already: give the new one another folder, or delete that one first.");
        }
    }

    /** The predictor inside a setup's folder. */
    public static Path predictorIn(Path folder) {
        return folder.resolve("predictor.safetensors");
    }

    /** Refuses a file, such as the setup.json itself. */
    public static void requireFolder(Path folder) throws ForetokenException {
        if (Files.isRegularFile(folder)) {
            throw new ForetokenException(folder + " is a file, but a setup is a folder: name the one that it lies in.");
        }
    }

    /**
     * Reads a setup's folder.
     *
     * @throws ForetokenException naming the file and the field that is missing or unusable
     */
    public static SetupFile read(Path folder) throws ForetokenException {
        Path file = in(folder);
        requireFolder(folder);
        if (!isIn(folder)) {
            throw new ForetokenException(folder
                    + " is not a setup: it has no setup.json. Make one with 'foretoken prune' or 'foretoken setup'.");
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ForetokenException(file + " has " + Digits.count(Files.size(file))
                        + " bytes, more than any setup's, so it is damaged or no setup's: make the setup again.");
            }
            JsonNode tree = JSON.readTree(Files.readString(file));
            if (!tree.has("format")) {
                throw new ForetokenException(
                        file + " has no format, so it is damaged or no setup's: make the setup again.");
            }
            int format = tree.path("format").asInt(0);
            if (format != FORMAT) {
                throw new ForetokenException(file + ": format = " + tree.path("format") + " is not known here (only "
                        + FORMAT + "): open it with the version of Foretoken that made it.");
            }
            return JSON.treeToValue(tree, SetupFile.class)
                    .checked(file)
                    .references(r -> r.resolved(folder))
                    .withModels(file);
        } catch (JacksonException e) {
            throw new ForetokenException(
                    file + " can't be read: " + ForetokenException.reason(e) + ". Make the setup again.", e);
        } catch (InvalidPathException e) {
            throw new ForetokenException(
                    file + ": base or auxiliary has a path that is none (" + e.getReason() + "). Make the setup again.",
                    e);
        } catch (IOException e) {
            throw new ForetokenException(
                    file + " can't be read (" + ForetokenException.reason(e)
                            + "): look at its permissions, or make the setup again.",
                    e);
        }
    }

    private SetupFile checked(Path file) throws ForetokenException {
        String fault = null;
        if ((Object) base == null || (Object) base.path() == null || (Object) base.hash() == null) {
            fault = "base needs a path and a hash";
        } else if ((auxiliary == null) == (selectLayers == null)) {
            fault = "there must be either auxiliary or select_layers";
        } else if (auxiliary != null && ((Object) auxiliary.path() == null || (Object) auxiliary.hash() == null)) {
            fault = "auxiliary needs a path and a hash";
        } else if ((Object) layerMap == null || layerMap.isEmpty() || layerMap.contains(null)) {
            fault = "layer_map must be a list of auxiliary layers";
        } else if (selectLayers != null && !ascending(selectLayers)) {
            fault = "select_layers must be ascending layers of the base";
        } else if (tail < 1) {
            fault = "tail = " + tail + ", but the base reads at least the last token itself";
        } else if (Arrays.stream(Source.values()).noneMatch(each -> each.label().equals(source))) {
            fault = "source = " + source + " is none of kv, joint and hidden";
        } else {
            fault = Origin.fault(predictor);
        }
        if (fault != null) {
            throw new ForetokenException(file + ": " + fault + ". Make the setup again.");
        }
        return this;
    }

    /** A model that was moved is missed here, where it's known who names it. */
    private SetupFile withModels(Path file) throws ForetokenException {
        for (ModelReference model : auxiliary == null ? List.of(base) : List.of(base, auxiliary)) {
            if (!Files.exists(Path.of(model.path()))) {
                throw new ForetokenException(file + ": its " + (model.equals(base) ? "base " : "auxiliary ")
                        + model.path() + " doesn't exist: put the model back there, or make the setup again.");
            }
        }
        return this;
    }

    private SetupFile references(UnaryOperator<ModelReference> change) {
        ModelReference other = auxiliary == null ? null : change.apply(auxiliary);
        return new SetupFile(format, change.apply(base), other, selectLayers, layerMap, source, tail, predictor);
    }

    private static boolean ascending(List<Integer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) == null || layers.get(i) < (i == 0 ? 0 : layers.get(i - 1) + 1)) {
                return false;
            }
        }
        return !layers.isEmpty();
    }

    /** Makes a setup's folder, unless it's there. */
    public static void makeFolder(Path folder) throws ForetokenException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static ForetokenException unwritable(Path folder, IOException cause) {
        return new ForetokenException(
                "The setup can't be written to " + folder + " (" + ForetokenException.reason(cause)
                        + "). Choose a folder that you may write to, on a disk with room.",
                cause);
    }

    /** Writes it into a folder, atomically, making the folder where needed. */
    public void write(Path folder) throws ForetokenException {
        makeFolder(folder);
        try {
            String text = JSON.writeValueAsString(references(r -> r.relative(folder))) + "\n";
            AtomicFile.write(in(folder), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * The base's layers that the auxiliary consists of, for a setup whose auxiliary is a pruned base.
     *
     * @param baseLayers how many the base has
     * @param folder of this file, for the message
     */
    public List<Integer> selectedOf(int baseLayers, Path folder) throws ForetokenException {
        List<Integer> select = Objects.requireNonNull(selectLayers);
        int last = select.get(select.size() - 1);
        if (last >= baseLayers) {
            throw new ForetokenException(in(folder) + ": select_layers names layer " + last
                    + ", but the base has layers 0 to " + (baseLayers - 1) + ". Make the setup again.");
        }
        return select;
    }

    /**
     * The layer map, once it's known to fit the models.
     *
     * @param folder of this file, for the message
     */
    public LayerMap mapOf(int baseLayers, int auxiliaryLayers, Path folder) throws ForetokenException {
        LayerMap map = new LayerMap(layerMap);
        try {
            map.check(baseLayers, auxiliaryLayers);
        } catch (ForetokenException e) {
            throw new ForetokenException(in(folder) + ": " + e.sentence() + " Or make the setup again.", e);
        }
        return map;
    }

    /** The same with another layer map and a predictor for it. */
    public SetupFile with(List<Integer> newMap, Source newSource, int newTail, @Nullable Origin origin) {
        return new SetupFile(format, base, auxiliary, selectLayers, newMap, newSource.label(), newTail, origin);
    }

    /** The same with an auxiliary of its own weights. */
    public SetupFile withAuxiliary(ModelReference trained, @Nullable Origin origin) {
        return new SetupFile(format, base, trained, null, layerMap, source, tail, origin);
    }

    /** The same with another predictor. */
    public SetupFile with(Source newSource, @Nullable Origin origin) {
        return new SetupFile(format, base, auxiliary, selectLayers, layerMap, newSource.label(), tail, origin);
    }
}
