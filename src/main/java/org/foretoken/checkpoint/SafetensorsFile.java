package org.foretoken.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.foretoken.ForetokenException;

/** One safetensors file, by the format's own rules: https://github.com/huggingface/safetensors#format. */
public final class SafetensorsFile implements AutoCloseable {
    private final MappedFile file;
    private final Map<String, String> metadata;
    private final WeightSource weights;

    private SafetensorsFile(MappedFile file, Map<String, String> metadata, WeightSource weights) {
        this.file = file;
        this.metadata = metadata;
        this.weights = weights;
    }

    /**
     * Reads and checks the header, then maps the file.
     *
     * @throws ForetokenException when the file can't be read or isn't sound, naming file and tensor
     */
    public static SafetensorsFile open(Path path) throws ForetokenException {
        try (FileChannel channel = MappedFile.channel(path)) {
            SafetensorsHeader header = SafetensorsHeader.read(path, channel);
            MappedFile file = MappedFile.map(path, channel, header.fileSize());
            return new SafetensorsFile(
                    file, header.metadata(), new WeightSource(file.fault().label(), header.tensors(file)));
        } catch (IOException e) {
            throw new FileFault(path).unreadable(e);
        }
    }

    /** The strings under {@code __metadata__}, in file order. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors. */
    public WeightSource weights() {
        return weights;
    }

    /** As {@link Checkpoint#close}. */
    @Override
    public void close() {
        file.close();
    }
}
