package org.foretoken.workbench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.KvCache;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;

/** Foresees what a model will take, so that running out of memory is a sentence and not a crash. */
final class Memory {
    private Memory() {}

    /** With the kernel that is chosen, or with bfloat16 before one is. */
    static ModelSummary.MemoryNeed expected(StoredModel stored, Optional<Kernel> kernel) throws ForetokenException {
        return need(stored, kernel.orElse(Kernel.BF16), kernel.isPresent());
    }

    private static ModelSummary.MemoryNeed need(StoredModel stored, Kernel kernel, boolean chosen)
            throws ForetokenException {
        return new ModelSummary.MemoryNeed(
                kernel.label(),
                chosen,
                ofLayers(stored.config(), kernel),
                stored.decodeBytes(kernel),
                stored.embeddingBytes(kernel),
                KvCache.bytesPerPosition(stored.config(), kernel.bytes()));
    }

    /** Of the layers' weights, packed for prompts. */
    private static long ofLayers(DecoderConfig config, Kernel kernel) {
        long tables = (long) config.vocabulary() * config.width() * (config.tiedEmbeddings() ? 1 : 2);
        return (config.parameters() - tables) * kernel.bytes();
    }

    /** Of a model that reads prompts and never goes on token by token: its head is packed all the same. */
    static long ofReader(StoredModel stored, Kernel kernel) throws ForetokenException {
        return ofLayers(stored.config(), kernel)
                + stored.embeddingBytes(kernel)
                + stored.head().packedBytes(kernel);
    }

    /** Bytes of this machine's memory. */
    static long total() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** Refuses a model that would not fit. */
    static void check(StoredModel stored, Kernel kernel) throws ForetokenException {
        long needed = need(stored, kernel, true).weights();
        long total = total();
        if (needed > total) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "%s needs %.1f GB for its weights with kernel %s, but this machine has %.1f GB: choose a smaller model%s.",
                    stored.path(),
                    needed / 1e9,
                    kernel.label(),
                    total / 1e9,
                    kernel == Kernel.BF16 ? "" : ", or --kernel bf16 where it runs"));
        }
    }
}
