package org.foretoken.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The most memory that this process has had resident: weights, caches, activations and the Java heap alike. */
final class PeakMemory {
    private static final Logger LOG = LoggerFactory.getLogger(PeakMemory.class);
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Starts a new peak where the system can (Linux); elsewhere the peak stays that since the process began. */
    static void forget() {
        if (Files.isWritable(CLEAR)) {
            try {
                // 5 resets the high-water mark and nothing else, see proc(5)
                Files.writeString(CLEAR, "5");
            } catch (IOException e) {
                LOG.debug("the peak of memory can't be reset", e);
            }
        }
    }

    /** Bytes; empty where the system doesn't say (Windows). */
    static OptionalLong bytes() {
        if (Files.isReadable(STATUS)) {
            try {
                return highWater(Files.readAllLines(STATUS));
            } catch (IOException e) {
                LOG.debug("the peak of memory can't be read", e);
                return OptionalLong.empty();
            }
        }
        boolean mac = System.getProperty("os.name").startsWith("Mac");
        return mac ? maxResident(1) : OptionalLong.empty();
    }

    /** From the lines of {@code /proc/self/status}. */
    static OptionalLong highWater(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }

    /**
     * {@code ru_maxrss} of {@code getrusage}.
     *
     * @param unit its bytes: 1 on macOS, 1024 on Linux
     */
    static OptionalLong maxResident(long unit) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().find("getrusage").orElse(null);
        if (address == null) {
            return OptionalLong.empty();
        }
        MethodHandle getrusage = linker.downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            // struct rusage: two struct timeval of 16 bytes, then ru_maxrss and thirteen more longs
            MemorySegment usage = arena.allocate(32 + 14 * 8, 8);
            int failed = (int) getrusage.invokeExact(0, usage);
            return failed == 0 ? OptionalLong.of(usage.get(ValueLayout.JAVA_LONG, 32) * unit) : OptionalLong.empty();
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage", e);
        }
    }
}
