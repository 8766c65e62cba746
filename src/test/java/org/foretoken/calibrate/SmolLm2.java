package org.foretoken.calibrate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;

/** SmolLM2, WikiText and the protocol of {@code calibration-reference.json}. */
final class SmolLm2 implements AutoCloseable {
    private static final int WINDOW = 256;

    final Decoder base;
    final int[] text;
    private final StoredModel stored;

    SmolLm2(Kernel kernel) throws ForetokenException, IOException {
        LibTorch.start(2, notice -> {});
        try (GgufFile file = GgufFile.open(Shared.smollm2());
                Tokenizer tokenizer = Tokenizer.ofGguf(file.path(), file.metadata())) {
            text = tokenizer.encode(Files.readString(Shared.path("data/wikitext2-valid.txt")), false);
        }
        stored = StoredModel.open(Shared.smollm2());
        base = stored.load(kernel, Progress.NONE);
    }

    /** The text's tokens from one on. */
    int[] tokens(int from, int count) {
        return Arrays.copyOfRange(text, from, from + count);
    }

    List<int[]> windows(int from, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> tokens(from + i * WINDOW, WINDOW))
                .toList();
    }

    /** Layers named in the reference file's words, such as "first 15 layers". */
    static List<Integer> layers(String auxiliary) {
        String[] words = auxiliary.split(" ", -1);
        return switch (words[0]) {
            case "first" ->
                IntStream.range(0, Integer.parseInt(words[1])).boxed().toList();
            case "layers" -> IntStream.range(0, 15).map(i -> 2 * i).boxed().toList();
            case "every" ->
                IntStream.range(0, 30).filter(i -> i % 4 != 3).boxed().toList();
            default -> throw new IllegalArgumentException(auxiliary);
        };
    }

    /** What the reference file has a row of. */
    record Figures(double keyError, double valueError, double kl, double topOne, double perplexity) {}

    /** Calibrates on the first 48 windows and measures on the 8 from token 100,000 on. */
    Figures figures(String auxiliary, Source source) throws ForetokenException {
        try (Fitted fitted = fit(layers(auxiliary), source, 48 * WINDOW)) {
            List<int[]> test = windows(100_000, 8);
            PredictionQuality quality = PredictionQuality.measure(fitted.setup, test, 16, Progress.NONE);
            try (KvStatistics held = KvStatistics.gather(fitted.setup, test, Progress.NONE)) {
                KvStatistics.Errors errors = held.errors(fitted.fit.weights(), fitted.statistics);
                return new Figures(
                        errors.meanOfKeys(),
                        errors.meanOfValues(),
                        quality.kl(),
                        quality.topOne(),
                        quality.perplexity());
            }
        }
    }

    /** A setup on some of the base's layers, calibrated. */
    Fitted fit(List<Integer> select, Source source, int tokens) throws ForetokenException {
        return new Fitted(this, select, source, tokens);
    }

    static final class Fitted implements AutoCloseable {
        final Decoder auxiliary;
        final Setup setup;
        final KvStatistics statistics;
        final KvStatistics.Fit fit;

        Fitted(SmolLm2 model, List<Integer> select, Source source, int tokens) throws ForetokenException {
            auxiliary = model.base.select(select);
            LayerMap map =
                    LayerMap.lastRetained(select, model.base.config().layers().size());
            setup = new Setup(model.base, auxiliary, select, map, source);
            List<int[]> windows = Calibration.windows(setup, model.tokens(0, tokens));
            statistics = KvStatistics.gather(setup, windows, Progress.NONE);
            fit = statistics.fit(Calibration.LAMBDA);
            setup.use(fit.weights());
        }

        @Override
        public void close() {
            fit.weights().close();
            statistics.close();
            setup.close();
            auxiliary.close();
        }
    }

    @Override
    public void close() {
        base.close();
        stored.close();
    }

    /** Prints the figures of rows: KERNEL and then AUXILIARY/SOURCE each, or tail/AUXILIARY, or time/AUXILIARY/SOURCE. */
    public static void main(String[] args) throws Exception {
        try (SmolLm2 model = new SmolLm2(Kernel.of(args[0]))) {
            for (String row : Arrays.asList(args).subList(1, args.length)) {
                String[] parts = row.split("/", -1);
                long began = System.nanoTime();
                switch (parts[0]) {
                    case "tail" -> model.printTail(parts[1]);
                    case "time" -> model.printTime(parts[1], Source.of(parts[2]));
                    default -> System.out.println(row + " " + model.figures(parts[0], Source.of(parts[1])));
                }
                System.out.printf("  %s in %.1f s%n", args[0], (System.nanoTime() - began) / 1e9);
            }
        }
    }

    private void printTail(String auxiliary) throws ForetokenException {
        List<int[]> prompts = new ArrayList<>();
        for (int[] window : windows(100_000, 40)) {
            for (int length : new int[] {96, 160, 208, 256}) {
                prompts.add(Arrays.copyOf(window, length));
            }
        }
        try (Fitted fitted = fit(layers(auxiliary), Source.HIDDEN, 48 * WINDOW)) {
            for (int tail : new int[] {1, 4, 16, 32, 64}) {
                System.out.println(auxiliary + " tail " + tail + " "
                        + PredictionQuality.firstToken(fitted.setup, prompts, tail, Progress.NONE));
            }
        }
    }

    private void printTime(String auxiliary, Source source) throws ForetokenException {
        List<Integer> select = layers(auxiliary);
        try (Decoder pruned = base.select(select);
                Setup setup = new Setup(
                        base,
                        pruned,
                        select,
                        LayerMap.lastRetained(select, base.config().layers().size()),
                        source)) {
            int[] tokens = tokens(0, 8192);
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                try (KvStatistics statistics =
                        KvStatistics.gather(setup, Calibration.windows(setup, tokens), Progress.NONE)) {
                    long gathered = System.nanoTime();
                    statistics.fit(Calibration.LAMBDA).weights().close();
                    System.out.printf(
                            "%s %s: pass %.1f s, fit %.1f s%n",
                            auxiliary, source, (gathered - began) / 1e9, (System.nanoTime() - gathered) / 1e9);
                }
            }
        }
    }
}
