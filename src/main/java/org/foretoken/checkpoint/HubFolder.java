package org.foretoken.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** A model as the Hugging Face Hub stores it: config.json and model.safetensors, or shards of it with model.safetensors.index.json. */
public final class HubFolder implements Checkpoint {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\w. -]+\\.safetensors");

    /** Over three times the index of the largest models. */
    private static final long MAX_JSON_BYTES = 32_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final JsonNode config;
    private final WeightSource weights;
    private final List<SafetensorsFile> files;

    private HubFolder(Path path, JsonNode config, WeightSource weights, List<SafetensorsFile> files) {
        this.path = path;
        this.config = config;
        this.weights = weights;
        this.files = files;
    }

    /** Opens a folder; see {@link Checkpoint#open}. */
    public static HubFolder open(Path folder) throws ForetokenException {
        if (!Files.isDirectory(folder)) {
            throw new ForetokenException(
                    folder + " isn't a folder: give one with a config.json and a " + WEIGHTS + ".");
        }
        if (!Files.exists(folder.resolve(CONFIG))) {
            throw new ForetokenException(folder
                    + " has no config.json: give a model's folder as it's downloaded from the Hub, or a .gguf file.");
        }
        JsonNode config = object(folder.resolve(CONFIG));
        List<SafetensorsFile> files = new ArrayList<>();
        try {
            WeightSource weights = weights(folder, files);
            return new HubFolder(folder, config, weights, files);
        } catch (ForetokenException | RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static WeightSource weights(Path folder, List<SafetensorsFile> opened) throws ForetokenException {
        if (Files.exists(folder.resolve(WEIGHTS))) {
            SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
            opened.add(file);
            return file.weights();
        }
        Path index = folder.resolve(INDEX);
        if (!Files.exists(index)) {
            boolean pickled = Files.exists(folder.resolve("pytorch_model.bin"))
                    || Files.exists(folder.resolve("pytorch_model.bin.index.json"));
            throw new ForetokenException(folder + " has no " + WEIGHTS + " and no " + INDEX
                    + (pickled
                            ? ", only pytorch_model.bin, which isn't read: get or make the safetensors form of the model."
                            : ": download the model again, with its weights."));
        }
        return new WeightSource(new FileFault(index).label(), sharded(folder, index, opened));
    }

    private static List<StoredTensor> sharded(Path folder, Path index, List<SafetensorsFile> opened)
            throws ForetokenException {
        JsonNode map = object(index).path("weight_map");
        if (!map.isObject()) {
            throw new ForetokenException(
                    new FileFault(index).label() + " has no object weight_map (tensor to file): download it again.");
        }
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String name = entry.getKey();
            String file = entry.getValue().asText();
            SafetensorsFile shard = shards.get(file);
            if (shard == null) {
                shard = SafetensorsFile.open(shard(folder, index, name, entry.getValue()));
                opened.add(shard);
                shards.put(file, shard);
            }
            if (!shard.weights().contains(name)) {
                throw new ForetokenException(new FileFault(index).label() + " says that " + FileFault.shown(name)
                        + " is in " + FileFault.shown(file) + ", which has no such tensor: download both again.");
            }
            tensors.add(shard.weights().stored(name));
        }
        return tensors;
    }

    /** A shard is a plain name in the folder; links there, as in the Hub's cache, may lead anywhere. */
    private static Path shard(Path folder, Path index, String tensor, JsonNode value) throws ForetokenException {
        String file = value.asText();
        boolean plain = value.isTextual() && PLAIN_NAME.matcher(file).matches();
        if (!plain) {
            throw new ForetokenException(
                    new FileFault(index).label() + " doesn't name a safetensors file in its folder for "
                            + FileFault.shown(tensor) + " (" + FileFault.shown(value.toString())
                            + "): download it again from a source that you trust.");
        }
        if (!Files.exists(folder.resolve(file))) {
            throw new ForetokenException(folder + " lacks " + FileFault.shown(file) + ", which " + INDEX
                    + " names: download the model again, with all its files.");
        }
        return folder.resolve(file);
    }

    private static JsonNode object(Path file) throws ForetokenException {
        try {
            if (Files.size(file) > MAX_JSON_BYTES) {
                throw new FileFault(file)
                        .broken("it has more than " + Digits.count(MAX_JSON_BYTES) + " bytes, which can't be");
            }
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (!node.isObject()) {
                throw new ForetokenException(new FileFault(file).label() + " isn't a JSON object: download it again.");
            }
            return node;
        } catch (JacksonException e) {
            throw new ForetokenException(
                    new FileFault(file).label() + " isn't valid JSON (" + ForetokenException.reason(e)
                            + "): download it again.",
                    e);
        } catch (IOException e) {
            throw new FileFault(file).unreadable(e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** config.json as it stands, an object. */
    public JsonNode config() {
        return config;
    }

    @Override
    public WeightSource weights() {
        return weights;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
