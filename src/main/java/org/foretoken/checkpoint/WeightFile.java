package org.foretoken.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.foretoken.ForetokenException;

/**
 * One file of weights: safetensors, or what {@code torch.save} wrote.
 *
 * @param weights the tensors
 * @param metadata strings that the file has beside them
 */
public record WeightFile(AutoCloseable file, WeightSource weights, Map<String, String> metadata)
        implements AutoCloseable {
    /**
     * Opens either, told apart by how it begins.
     *
     * @throws ForetokenException when the file can't be read or isn't sound, naming file and tensor
     */
    public static WeightFile open(Path path) throws ForetokenException {
        if (isZip(path)) {
            return TorchFile.open(path);
        }
        SafetensorsFile safetensors = SafetensorsFile.open(path);
        return new WeightFile(safetensors, safetensors.weights(), safetensors.metadata());
    }

    private static boolean isZip(Path path) throws ForetokenException {
        try (FileChannel channel = MappedFile.channel(path)) {
            byte[] start = SafetensorsHeader.bytes(channel, 0, (int) Math.min(4, channel.size()));
            return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
        } catch (IOException e) {
            throw new FileFault(path).unreadable(e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("closing a mapped file", e);
        }
    }
}
