package org.foretoken.calibrate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Inference;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.foretoken.workbench.EditLayerMap;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.Workbench;

/**
 * What an edit of one link costs in the editor: {@code LinkEditBench SETUP} makes 20 random edits of a calibrated setup, each fitted and then saved; its
 * files change, so give it a copy. {@code LinkEditBench kv 1024} (or {@code hidden 2048}) does so with random statistics of 28 base layers with 8 kv heads
 * of 128 and inputs of that width. A main and no JMH benchmark: it measures first times, which JMH warms up.
 */
final class LinkEditBench {
    private static final int EDITS = 20;
    private static final int BASE_LAYERS = 28;
    private static final int AUXILIARY_LAYERS = 2;
    private static final long KV = 8 * 128;
    private static final int TOKENS = 4096;

    private LinkEditBench() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 1) {
            LibTorch.start(2, notice -> {});
            Path folder = Files.createTempDirectory("link-edit");
            try {
                random(Source.of(args[0]), Long.parseLong(args[1]), folder);
            } finally {
                delete(folder);
            }
            return;
        }
        Path home = Files.createTempDirectory("link-edit-home");
        try (Workbench workbench = new Workbench(home)) {
            workbench
                    .jobs()
                    .submit("bench", progress -> ofSetup(workbench, Path.of(args[0])))
                    .await();
        }
        delete(home);
    }

    private static String ofSetup(Workbench workbench, Path folder) throws ForetokenException {
        EditLayerMap edit = new EditLayerMap(workbench);
        LayerMapSheet sheet = edit.open(folder);
        Source source = sheet.setup().source();
        Random random = new Random(1);
        List<Integer> links = new ArrayList<>(sheet.setup().layerMap());
        List<Double> fits = new ArrayList<>();
        List<Double> saves = new ArrayList<>();
        List<Double> back = new ArrayList<>();
        edit.fit(sheet, links, source); // brings libtorch up and fits nothing
        while (fits.size() < EDITS) {
            int base = random.nextInt(links.size());
            int link = random.nextInt(sheet.auxiliaryLayers());
            if (sheet.sharedLink(base).isPresent() || links.get(base) == link) {
                continue;
            }
            List<Integer> before = List.copyOf(links);
            links.set(base, link);
            long began = System.nanoTime();
            EditLayerMap.Fit fit = edit.fit(sheet, links, source);
            double error = sheet.error(links, source).orElseThrow().keys();
            if (error + sheet.cost(links, source, 1).flopsGain() < 0 || fit.fitted() == 0) {
                continue;
            }
            fits.add(millis(began));
            edit.fit(sheet, before, source);
            began = System.nanoTime();
            edit.fit(sheet, links, source);
            back.add(millis(began));
            began = System.nanoTime();
            sheet = edit.save(sheet, links, source, 1);
            saves.add(fits.get(fits.size() - 1) + millis(began));
        }
        print(folder.toString(), fits, back, saves);
        return "";
    }

    private static void random(Source source, long width, Path folder) throws Exception {
        write(source, width, folder);
        List<Integer> links = new ArrayList<>(Collections.nCopies(BASE_LAYERS, 0));
        List<Integer> all = IntStream.range(0, BASE_LAYERS).boxed().toList();
        LayerMap map = new LayerMap(links);
        List<Double> fits = new ArrayList<>();
        List<Double> back = new ArrayList<>();
        List<Double> saves = new ArrayList<>();
        try (Inference mode = Inference.begin();
                FittedLinks fitted = new FittedLinks(
                        StatisticsFile.open(
                                folder, source, map, Collections.nCopies(BASE_LAYERS, KV), AUXILIARY_LAYERS, 0),
                        0.01)) {
            List<Integer> order = new ArrayList<>(all);
            Collections.shuffle(order, new Random(1));
            for (int base : order.subList(0, EDITS)) {
                links.set(base, 1);
                LayerMap edited = new LayerMap(links);
                long began = System.nanoTime();
                fitted.fit(edited, List.of(base));
                fits.add(millis(began));
                began = System.nanoTime();
                fitted.fit(edited, List.of(base));
                back.add(millis(began));
            }
            for (int i = 0; i < 5; i++) {
                long began = System.nanoTime();
                try (PredictorWeights weights = fitted.maps(new LayerMap(Collections.nCopies(BASE_LAYERS, 1)), all)) {
                    long made = System.nanoTime();
                    weights.write(SetupFile.predictorIn(folder), source);
                    saves.add((System.nanoTime() - made) / 1e6);
                    System.out.printf(
                            Locale.ROOT,
                            "%d MB, links not fitted before %.0f ms%n",
                            weights.bytes() >> 20,
                            (made - began) / 1e6);
                }
            }
        }
        print(source.label() + ", width " + width, fits, back, saves);
    }

    /** Sums over random tokens, the maps to be found random too. */
    private static void write(Source source, long width, Path folder) throws ForetokenException {
        List<Integer> layers = IntStream.range(0, BASE_LAYERS).boxed().toList();
        try (Inference mode = Inference.begin();
                KvStatistics sums = new KvStatistics(
                        source, new LayerMap(Collections.nCopies(BASE_LAYERS, 0)), AUXILIARY_LAYERS, 0)) {
            for (List<Part> parts : Outputs.sides(source)) {
                Outputs outputs = new Outputs(parts, Collections.nCopies(BASE_LAYERS, KV), layers, 0);
                for (int a = 0; a < AUXILIARY_LAYERS; a++) {
                    try (PointerScope scope = new PointerScope()) {
                        TensorOptions f64 = new TensorOptions(ScalarType.Double);
                        Tensor x = torch.cat(
                                Tensors.vector(
                                        torch.randn(new long[] {TOKENS, width}, f64),
                                        torch.ones(new long[] {TOKENS, 1}, f64)),
                                1);
                        Tensor gram = x.t().matmul(x);
                        Tensor cross = gram.matmul(torch.randn(new long[] {width + 1, outputs.width()}, f64));
                        sums.put(
                                parts.get(0),
                                a,
                                new InputSums(outputs, Tensors.keep(gram), Tensors.keep(cross), TOKENS));
                    }
                }
            }
            StatisticsFile.write(folder, sums);
        }
    }

    private static double millis(long began) {
        return (System.nanoTime() - began) / 1e6;
    }

    private static void print(String what, List<Double> fits, List<Double> back, List<Double> saves) {
        System.out.println(what);
        print("fit, error, cost", fits);
        print("a link fitted before", back);
        print("and saved", saves);
    }

    private static void print(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-22s median %.1f ms, least %.1f, most %.1f; the first %.1f%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1),
                millis.get(0));
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
