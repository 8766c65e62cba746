package org.foretoken.calibrate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
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

    /** By the protocol's own class: calibrated on the first 48 windows and measured on the 8 from token 100,000 on. */
    Figures figures(String auxiliary, Source source) throws ForetokenException {
        return figures(auxiliary, source, List.of());
    }

    private Figures figures(String auxiliary, Source source, List<Integer> tails) throws ForetokenException {
        List<Integer> select = layers(auxiliary);
        LayerMap map = LayerMap.lastRetained(select, base.config().layers().size());
        try (Decoder pruned = base.select(select);
                Setup setup = new Setup(base, pruned, select, map, source)) {
            return ReferenceProtocol.measure(setup, text, tails, Progress.NONE);
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
        figures(auxiliary, Source.HIDDEN, List.of(1, 4, 16, 32, 64))
                .tails()
                .forEach(row -> System.out.println(auxiliary + " " + row));
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
