package org.foretoken.torch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings libtorch up, once a process. */
public final class LibTorch {
    private static final Logger LOG = LoggerFactory.getLogger(LibTorch.class);
    private static final Pattern CPU_FAMILY = Pattern.compile("cpu family\\s*: (\\d+)");
    private static boolean loaded;
    private static @Nullable WorkerTeam team;

    private LibTorch() {}

    /**
     * Loads the native libraries and sets the number of threads. The first time on a machine they are unpacked from their jars, which takes
     * seconds; {@code notice} hears about it.
     *
     * @param threads of one product
     */
    public static synchronized void start(int threads, Consumer<String> notice) throws ForetokenException {
        // Accelerate has threads of its own, and this to bound them by its manual page. Never run on a Mac.
        setEnvironment("VECLIB_MAXIMUM_THREADS", Integer.toString(threads));
        load(notice);
        torch.set_num_threads(threads);
        if (team != null && team.threads() != threads) {
            team.close();
            team = null;
        }
        if (team == null) {
            team = new WorkerTeam(threads);
        }
        torch.globalContext().setFloat32MatmulPrecision("highest");
    }

    /** The threads that do what libtorch doesn't: as many as it has, for the same reason one team a process. */
    public static synchronized WorkerTeam team() {
        if (team == null) {
            throw new IllegalStateException("libtorch is not started");
        }
        return team;
    }

    /** Loads the native libraries, unless they were; {@link #start} does it too. */
    public static synchronized void load(Consumer<String> notice) throws ForetokenException {
        if (loaded) {
            return;
        }
        // Pointers are closed by scopes; a collector thread of JavaCPP's own costs 1.3 µs an operation.
        System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        // OpenBLAS reads this when it is loaded: its own spinning threads fight libtorch's (5-6 times slower).
        setEnvironment("OPENBLAS_NUM_THREADS", "1");
        // OpenBLAS takes an AMD core that it doesn't know for one without AVX-512, and multiplies at half the speed.
        if (hasUnknownAvx512(cpuinfo())) {
            setEnvironment("OPENBLAS_CORETYPE", "SKYLAKEX");
        }
        // libgomp's threads spin for milliseconds after a prefill and take a core from the first decoded token; asleep
        // at once they would slow the prefill by a sixth. This many turns cost it nothing and the token nothing
        // (docs/performance.md).
        setEnvironment("GOMP_SPINCOUNT", "10000");
        // The same of LLVM's OpenMP, which libtorch has on a Mac: milliseconds in place of 200. Never measured there.
        setEnvironment("KMP_BLOCKTIME", "1");
        try {
            NativeLibraries.load(notice);
            loaded = true;
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new ForetokenException(
                    "libtorch could not be loaded: " + e.getMessage()
                            + ". Check that this machine is Linux x86-64, macOS arm64 or Windows x86-64 and that the disk has 500 MB left.",
                    e);
        }
    }

    /** Whether {@code /proc/cpuinfo} is an AMD processor's with AVX-512, of family 26 (Zen 5) or later: OpenBLAS 0.3.31 chooses "Haswell" there. */
    static boolean hasUnknownAvx512(String cpuinfo) {
        Matcher family = CPU_FAMILY.matcher(cpuinfo);
        return cpuinfo.contains("AuthenticAMD")
                && cpuinfo.contains(" avx512vl ")
                && family.find()
                && Integer.parseInt(family.group(1)) > 25;
    }

    private static String cpuinfo() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return ""; // not Linux
        }
    }

    private static void setEnvironment(String name, String value) {
        if (System.getenv(name) != null) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setenv").ifPresent(address -> {
            MethodHandle setenv = linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment nameChars = arena.allocateFrom(name);
                MemorySegment valueChars = arena.allocateFrom(value);
                int result = (int) setenv.invokeExact(nameChars, valueChars, 1);
                LOG.debug("setenv {}={}: {}", name, value, result);
            } catch (Throwable e) {
                LOG.warn("could not set {}", name, e);
            }
        });
    }
}
