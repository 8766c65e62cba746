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
    static ModelSummary.MemoryNeed expected(DecoderConfig config, Optional<Kernel> kernel) {
        return need(config, kernel.orElse(Kernel.BF16), kernel.isPresent());
    }

    static ModelSummary.MemoryNeed need(DecoderConfig config, Kernel kernel) {
        return need(config, kernel, true);
    }

    private static ModelSummary.MemoryNeed need(DecoderConfig config, Kernel kernel, boolean chosen) {
        long embedding = (long) config.vocabulary() * config.width() * kernel.bytes();
        long layers =
                (config.parameters() - (long) config.vocabulary() * config.width() * (config.tiedEmbeddings() ? 1 : 2))
                        * kernel.bytes();
        return new ModelSummary.MemoryNeed(
                kernel.label(),
                chosen,
                layers,
                layers + embedding,
                embedding,
                KvCache.bytesPerPosition(config, kernel.bytes()));
    }

    /** Bytes of this machine's memory. */
    static long total() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** Refuses a model that would not fit. */
    static void check(StoredModel stored, Kernel kernel) throws ForetokenException {
        long needed = need(stored.config(), kernel).weights();
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

    /** Refuses a model that would not fit while it's trained whole: weights, gradients and AdamW's two means of them, in float32. */
    static void checkTraining(DecoderConfig config) throws ForetokenException {
        double needed = 4.0 * Float.BYTES * config.parameters();
        long total = total();
        if (needed > total) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "A model of %,d parameters needs %.1f GB to be trained, but this machine has %.1f GB: make it smaller.",
                    config.parameters(),
                    needed / 1e9,
                    total / 1e9));
        }
    }
}
