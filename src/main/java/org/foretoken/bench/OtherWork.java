package org.foretoken.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The share of the processors that went elsewhere meanwhile: to other programs and, on a virtual machine, to others on its host. Times that were taken
 * beside other work are slower than the machine is.
 */
public final class OtherWork {
    /** A share that is worth a note: what a desktop does by itself stays below. */
    private static final double NOTABLE = 0.1;

    private static final Logger LOG = LoggerFactory.getLogger(OtherWork.class);
    private static final Path STAT = Path.of("/proc/stat");
    /** Of the numbers in {@code /proc/stat}, in their order: user, nice, system, idle, iowait, irq, softirq, steal; those of guests are in user's. */
    private static final int COUNTED = 8;

    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final @Nullable Ticks before = ticks();
    private final long ownBefore = system.getProcessCpuTime();
    private final long start = System.nanoTime();

    /**
     * What all processors have done since the machine started.
     *
     * @param busy ticks in which one of them did something for anybody
     * @param all ticks of all of them
     */
    record Ticks(long busy, long all, int processors) {
        /** From the lines of {@code /proc/stat}; empty when they have another form. */
        static Optional<Ticks> of(List<String> stat) {
            int processors = (int)
                    stat.stream().filter(line -> line.matches("cpu\\d+ .*")).count();
            String[] total = stat.isEmpty() ? new String[0] : stat.get(0).split(" +");
            if (processors == 0 || total.length <= COUNTED || !total[0].equals("cpu")) {
                return Optional.empty();
            }
            long all = 0;
            long idle = 0;
            for (int i = 0; i < COUNTED; i++) {
                long ticks = Long.parseLong(total[i + 1]);
                all += ticks;
                idle += i == IDLE || i == IO_WAIT ? ticks : 0;
            }
            return Optional.of(new Ticks(all - idle, all, processors));
        }

        /**
         * The share of what was done after this that somebody else did.
         *
         * @param own processor time of this process in between
         * @param elapsed time in between, in the same unit
         */
        double others(Ticks later, long own, long elapsed) {
            double ofAll = (double) (later.busy - busy) / Math.max(1, later.all - all);
            return rest(ofAll, (double) own / elapsed / processors);
        }
    }

    private OtherWork() {
        // begins what the next call tells
        system.getCpuLoad();
    }

    /** Looks from now on. One at a time: another that begins meanwhile shortens what this one sees where there is no {@code /proc/stat}. */
    static OtherWork begin() {
        return new OtherWork();
    }

    /** 0 to 1, of all processors since the beginning; empty where the system doesn't say, or has more processors than this process may use. */
    OptionalDouble share() {
        long own = system.getProcessCpuTime() - ownBefore;
        long elapsed = Math.max(1, System.nanoTime() - start);
        int usable = Runtime.getRuntime().availableProcessors();
        Ticks after = ticks();
        if (before != null && after != null) {
            return before.processors == usable
                    ? OptionalDouble.of(before.others(after, own, elapsed))
                    : OptionalDouble.empty();
        }
        double busy = system.getCpuLoad();
        return busy >= 0 && own >= 0
                ? OptionalDouble.of(rest(busy, (double) own / elapsed / usable))
                : OptionalDouble.empty();
    }

    private static double rest(double busy, double own) {
        return Math.clamp(busy - own, 0, 1);
    }

    private static @Nullable Ticks ticks() {
        if (!Files.isReadable(STAT)) {
            return null;
        }
        try {
            return Ticks.of(Files.readAllLines(STAT, StandardCharsets.ISO_8859_1))
                    .orElse(null);
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{} can't be read", STAT, e);
            return null;
        }
    }

    /** A sentence for those who read the times; empty where little went elsewhere or nobody knows. */
    public static Optional<String> note(@Nullable Double share) {
        return share == null || share < NOTABLE
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "Other work took %.0f%% of the processors while this was timed: time it again when nothing else runs.",
                        100 * share));
    }
}
