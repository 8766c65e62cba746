package org.foretoken.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a measurement was made on. A word is "unknown" where the system doesn't say.
 *
 * @param cpu the processor's own name
 * @param physicalCores 0 where unknown
 * @param logicalCores that this process may use
 * @param memoryBytes of the machine, or of the container that it is
 * @param os with version and architecture
 * @param jvm vendor's name and version
 * @param kernel the linear kernel, which names the dtype too
 * @param dtype of weights and activations in products
 * @param threads of the engine
 * @param powerSource "mains", "battery" or "unknown"
 */
public record Machine(
        String cpu,
        int physicalCores,
        int logicalCores,
        long memoryBytes,
        String os,
        String jvm,
        String kernel,
        String dtype,
        int threads,
        String powerSource) {
    /** A property of the machine that nobody told. */
    public static final String UNKNOWN = "unknown";

    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final long PATIENCE_MILLIS = 2000;

    /**
     * This machine, now. Asks the system's own files and, on macOS, two short commands, each for two seconds at most.
     *
     * @param kernel label of the linear kernel
     * @param dtype of weights and activations in products
     */
    public static Machine here(String kernel, String dtype, int threads) {
        String os = System.getProperty("os.name");
        boolean mac = os.startsWith("Mac");
        List<String> cpuinfo = lines(Path.of("/proc/cpuinfo"));
        String cpu = mac
                ? output("sysctl", "-n", "machdep.cpu.brand_string").strip()
                : cpuName(cpuinfo)
                        .orElse(Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))
                                .orElse(""));
        int cores = mac ? number(output("sysctl", "-n", "hw.physicalcpu")) : physicalCores(cpuinfo);
        String power = mac
                ? powerFromPmset(output("pmset", "-g", "ps"))
                : powerFromSupplies(Path.of("/sys/class/power_supply"));
        return new Machine(
                cpu.isBlank() ? UNKNOWN : cpu,
                cores,
                Runtime.getRuntime().availableProcessors(),
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize(),
                os + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                kernel,
                dtype,
                threads,
                power);
    }

    /**
     * Processors that products are shared out between by default: all that this process may use, but on a Mac its performance cores alone, as PyTorch has it:
     * work is shared out evenly, and a slow core has the others wait.
     */
    public static int processors() {
        int all = Runtime.getRuntime().availableProcessors();
        int fast = System.getProperty("os.name").startsWith("Mac")
                ? number(output("sysctl", "-n", "hw.perflevel0.physicalcpu"))
                : 0;
        return fast == 0 ? all : Math.min(fast, all);
    }

    /** The same, run from another source of power. */
    public Machine withPower(String source) {
        return new Machine(cpu, physicalCores, logicalCores, memoryBytes, os, jvm, kernel, dtype, threads, source);
    }

    /**
     * From the lines of {@code /proc/cpuinfo}: x86 has "model name", some ARM boards "Model" or "Hardware". A virtual machine's may be a maker's name and
     * no more, as "Intel(R) Xeon(R) Processor" is; which one it is follows from family, model and stepping then.
     */
    static Optional<String> cpuName(List<String> cpuinfo) {
        for (String key : List.of("model name", "Model", "Hardware")) {
            Optional<String> value = values(cpuinfo, key).findFirst();
            if (value.isPresent()) {
                return value.map(name -> name.chars().anyMatch(Character::isDigit) ? name : name + numbers(cpuinfo));
            }
        }
        return Optional.empty();
    }

    private static String numbers(List<String> cpuinfo) {
        String numbers = Stream.of("cpu family", "model", "stepping")
                .flatMap(key -> values(cpuinfo, key).limit(1).map(value -> key + " " + value))
                .collect(Collectors.joining(", "));
        return numbers.isEmpty() ? "" : " (" + numbers + ")";
    }

    /** Distinct pairs of socket and core in {@code /proc/cpuinfo}; 0 when it has none. */
    static int physicalCores(List<String> cpuinfo) {
        Set<String> cores = new HashSet<>();
        String socket = "";
        for (String line : cpuinfo) {
            if (key(line).equals("physical id")) {
                socket = value(line);
            } else if (key(line).equals("core id")) {
                cores.add(socket + "/" + value(line));
            }
        }
        return cores.size();
    }

    /** From what {@code pmset -g ps} prints: "Now drawing from 'AC Power'". */
    static String powerFromPmset(String text) {
        return text.contains("'AC Power'") ? "mains" : text.contains("'Battery Power'") ? "battery" : UNKNOWN;
    }

    /** From Linux's folder of power supplies. A supply that is online decides; a battery alone that discharges means battery. */
    static String powerFromSupplies(Path folder) {
        Map<String, String> found = new HashMap<>();
        try (Stream<Path> supplies = Files.list(folder)) {
            for (Path supply : supplies.toList()) {
                String type = first(supply.resolve("type"));
                if (type.equals("Battery")) {
                    found.put("battery", first(supply.resolve("status")));
                } else if (first(supply.resolve("online")).equals("1")) {
                    found.put("mains", type);
                }
            }
        } catch (IOException e) {
            LOG.debug("no power supplies in {}", folder, e);
        }
        if (found.containsKey("mains")) {
            return "mains";
        }
        return "Discharging".equals(found.get("battery")) ? "battery" : UNKNOWN;
    }

    private static String first(Path file) {
        return lines(file).stream().findFirst().orElse("").strip();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            LOG.debug("{} can't be read", file, e);
            return List.of();
        }
    }

    private static Stream<String> values(List<String> lines, String key) {
        return lines.stream().filter(line -> key(line).equals(key)).map(Machine::value);
    }

    private static String key(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? "" : line.substring(0, colon).strip();
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    private static int number(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
    }

    /** What a short command prints; empty when it fails, is missing, or takes longer than two seconds. */
    static String output(String... command) {
        Path file = null;
        try {
            // into a file: reading a pipe would wait for a command that hangs
            file = Files.createTempFile("foretoken", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                LOG.debug("{} took too long", List.of(command));
                return "";
            }
            return process.exitValue() == 0 ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            LOG.debug("{} can't be run", List.of(command), e);
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } finally {
            discard(file);
        }
    }

    private static void discard(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.debug("{} is left over", file, e);
            }
        }
    }
}
