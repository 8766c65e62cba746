package org.foretoken.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.foretoken.ForetokenException;

/** A GGUF file, version 2 or 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Shapes are turned to [out, in]; the rest is as stored. */
public final class GgufFile implements Checkpoint {
    private final Path path;
    private final MappedFile file;
    private final Map<String, Object> metadata;
    private final WeightSource weights;

    private GgufFile(Path path, MappedFile file, Map<String, Object> metadata, WeightSource weights) {
        this.path = path;
        this.file = file;
        this.metadata = metadata;
        this.weights = weights;
    }

    /** Reads and checks the header, then maps the file; see {@link Checkpoint#open}. */
    public static GgufFile open(Path path) throws ForetokenException {
        try (FileChannel channel = MappedFile.channel(path)) {
            GgufHeader header = GgufHeader.read(path, channel);
            MappedFile file = MappedFile.map(path, channel, header.fileSize());
            WeightSource weights = new WeightSource(file.fault().label(), header.tensors(file));
            return new GgufFile(path, file, header.metadata(), weights);
        } catch (IOException e) {
            throw new FileFault(path).unreadable(e);
        }
    }

    /**
     * All keys, in file order. Integers of every width are {@link Long} (a uint64 beyond it {@link java.math.BigInteger}), floats {@link Double}, then
     * {@link Boolean} and {@link String}. Arrays: integers {@code long[]}, float32 {@code float[]}, float64 {@code double[]}, bools {@code boolean[]},
     * strings an unmodifiable {@code List<String>}, arrays an unmodifiable {@code List<Object>} of these. Not to be written into.
     */
    public Map<String, Object> metadata() {
        return metadata;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public WeightSource weights() {
        return weights;
    }

    @Override
    public void close() {
        file.close();
    }
}
