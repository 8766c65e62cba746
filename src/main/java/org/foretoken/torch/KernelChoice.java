package org.foretoken.torch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fastest kernel of this machine: measured once, then remembered.
 *
 * @param kernel the fastest
 * @param milliseconds by kernel, of the products that were timed; a kernel that this machine lacks isn't there
 * @param remembered whether the figures are from an earlier time
 */
public record KernelChoice(Kernel kernel, Map<Kernel, Double> milliseconds, boolean remembered) {
    private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);

    /** Rows, width in, width out: a small and a middling model's products, some milliseconds each. */
    private static final int[][] SHAPES = {{256, 1024, 1024}, {256, 576, 1536}};

    private static final int WARM_UPS = 2;

    /**
     * Rounds without a faster run of any kernel after which the times hold. The choice is kept for good and a first start reads a tokenizer beside it: five
     * rounds in all once took the slower kernel, by times of which one was doubled.
     */
    private static final int SETTLED_ROUNDS = 8;

    private static final double FASTER = 0.97;
    private static final long MOST_NANOS = 1_500_000_000;

    /** Trees, not records: those take a tenth of a second more to be looked into, which a start waits for. */
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of the file: choices by what they depend on. A file of another form is measured anew and written over. */
    private static final int FORMAT = 1;

    public KernelChoice {
        milliseconds = Map.copyOf(milliseconds);
    }

    /**
     * The choice for this machine: from the file where it has one, else measured (two seconds at most) and added to the file. Call it after
     * {@link LibTorch#start}. A file that can't be read or written costs the time of a measurement, nothing else.
     *
     * @param file made with its folder when missing
     * @param threads of one product
     */
    public static KernelChoice of(Path file, int threads) {
        String key = instructions() + key(threads);
        Map<String, JsonNode> known = read(file);
        KernelChoice choice = remembered(known.get(key));
        if (choice == null) {
            choice = measure();
            write(file, known, key, choice);
        }
        return choice;
    }

    /**
     * The choice for this machine as far as it is in the file, without libtorch.
     *
     * @return empty before the first measurement
     */
    public static Optional<Kernel> known(Path file, int threads) {
        String here = key(threads);
        return read(file).entrySet().stream()
                .filter(choice -> choice.getKey().endsWith(here))
                .map(choice -> remembered(choice.getValue()))
                .flatMap(Stream::ofNullable)
                .map(KernelChoice::kernel)
                .findFirst();
    }

    /** A kernel's products, with the seconds of each one's fastest run: what else the machine does meanwhile only ever adds time. */
    private static final class Candidate {
        final Kernel kernel;
        final List<TimedLinear> products;
        private final double[] fastest = new double[SHAPES.length];

        Candidate(Kernel kernel, List<TimedLinear> products) {
            this.kernel = kernel;
            this.products = products;
            Arrays.fill(fastest, Double.POSITIVE_INFINITY);
        }

        /** Runs them; whether that was faster than before. */
        boolean time() {
            double before = milliseconds();
            for (int s = 0; s < fastest.length; s++) {
                fastest[s] = Math.min(fastest[s], products.get(s).seconds());
            }
            return milliseconds() < FASTER * before;
        }

        double milliseconds() {
            return 1e3 * Arrays.stream(fastest).sum();
        }
    }

    /** Whether a kernel runs on this processor with this build of libtorch; call it after {@link LibTorch#start}. */
    public static boolean runs(Kernel kernel) {
        try (TimedLinear product = new TimedLinear(kernel, 8, 64, 64)) {
            product.seconds();
            return true;
        } catch (RuntimeException | LinkageError e) {
            LOG.info("kernel {} isn't available here", kernel.label(), e);
            return false;
        }
    }

    /** Times every kernel, in turns, until none gets any faster. */
    static KernelChoice measure() {
        List<Candidate> candidates = new ArrayList<>();
        try {
            for (Kernel kernel : Kernel.values()) {
                prepare(kernel, candidates);
            }
            long end = System.nanoTime() + MOST_NANOS;
            int settled = 0;
            while (settled < SETTLED_ROUNDS && System.nanoTime() < end) {
                settled++;
                for (Candidate candidate : candidates) {
                    if (candidate.time()) {
                        settled = 0;
                    }
                }
            }
            Map<Kernel, Double> milliseconds = new EnumMap<>(Kernel.class);
            candidates.forEach(candidate -> milliseconds.put(candidate.kernel, candidate.milliseconds()));
            return new KernelChoice(fastest(milliseconds), milliseconds, false);
        } finally {
            candidates.forEach(candidate -> candidate.products.forEach(TimedLinear::close));
        }
    }

    /** Packs and warms up, or leaves a kernel out that this machine or this build of libtorch lacks. */
    private static void prepare(Kernel kernel, List<Candidate> candidates) {
        List<TimedLinear> products = new ArrayList<>();
        try {
            for (int[] shape : SHAPES) {
                TimedLinear product = new TimedLinear(kernel, shape[0], shape[1], shape[2]);
                products.add(product);
                for (int i = 0; i < WARM_UPS; i++) {
                    product.seconds();
                }
            }
            candidates.add(new Candidate(kernel, products));
        } catch (RuntimeException | LinkageError e) {
            LOG.info("kernel {} isn't available here", kernel.label(), e);
            products.forEach(TimedLinear::close);
        }
    }

    private static Kernel fastest(Map<Kernel, Double> milliseconds) {
        return milliseconds.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .orElseThrow(() -> new IllegalStateException("no kernel runs here"))
                .getKey();
    }

    private static String instructions() {
        try (PointerScope scope = new PointerScope()) {
            return torch.get_cpu_capability().getString();
        }
    }

    /** What a choice depends on, beside {@link #instructions}. */
    private static String key(int threads) {
        try {
            return String.join(
                    " | ",
                    "",
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    Runtime.getRuntime().availableProcessors() + " processors",
                    threads + " threads",
                    "libtorch " + Loader.getVersion("org.bytedeco", "pytorch"));
        } catch (IOException e) {
            throw new IllegalStateException("libtorch's jar doesn't say its version", e);
        }
    }

    private static Map<String, JsonNode> read(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            JsonNode format = root.path("format");
            if (format.isInt() && format.intValue() == FORMAT) {
                Map<String, JsonNode> choices = new TreeMap<>();
                root.path("choices").properties().forEach(choice -> choices.put(choice.getKey(), choice.getValue()));
                return choices;
            }
            LOG.info("{} has another form; the kernel is measured again", file);
        } catch (JacksonException e) {
            LOG.info("{} is broken ({}); the kernel is measured again", file, e.getOriginalMessage());
        } catch (IOException e) {
            LOG.warn("{} can't be read; the kernel is measured again", file, e);
        }
        return Map.of();
    }

    /** The entry's choice, if it is one: a known kernel that is the fastest of positive times. */
    private static @Nullable KernelChoice remembered(@Nullable JsonNode entry) {
        if (entry == null) {
            return null;
        }
        Map<Kernel, Double> milliseconds = new EnumMap<>(Kernel.class);
        for (Kernel kernel : Kernel.values()) {
            double value = entry.path("milliseconds").path(kernel.label()).asDouble();
            if (value > 0) {
                milliseconds.put(kernel, value);
            }
        }
        if (milliseconds.isEmpty()
                || !fastest(milliseconds).label().equals(entry.path("kernel").asText())) {
            return null;
        }
        return new KernelChoice(fastest(milliseconds), milliseconds, true);
    }

    private static void write(Path file, Map<String, JsonNode> known, String key, KernelChoice choice) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        Map<String, JsonNode> entries = new TreeMap<>(known);
        ObjectNode entry = JSON.createObjectNode().put("kernel", choice.kernel().label());
        ObjectNode milliseconds = entry.putObject("milliseconds");
        for (Kernel kernel : Kernel.values()) {
            Double value = choice.milliseconds().get(kernel);
            if (value != null) {
                milliseconds.put(kernel.label(), value);
            }
        }
        entries.put(key, entry);
        root.putObject("choices").setAll(entries);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            String text = root.toPrettyString() + "\n";
            AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | ForetokenException e) {
            LOG.warn("{} can't be written; the kernel will be measured at the next start again", file, e);
        }
    }
}
