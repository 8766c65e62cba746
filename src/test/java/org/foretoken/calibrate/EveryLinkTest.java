package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.torch.Kernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sums and prices of all links between a tiny OpenELM of 4 layers and an auxiliary of 2. */
class EveryLinkTest {
    private static final int WINDOWS = 8;

    /** Where Linux lists what a process has mapped. */
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    private Path folder;

    private TinyPair pair;
    private Decoder base;
    private Decoder auxiliary;

    @BeforeEach
    void load() throws ForetokenException {
        pair = new TinyPair(Kernel.F32);
        base = pair.base;
        auxiliary = pair.auxiliary;
    }

    private <T extends AutoCloseable> T keep(T opening) {
        return pair.keep(opening);
    }

    @AfterEach
    void close() throws Exception {
        pair.close();
    }

    private Setup setup(Source source, Integer... links) throws ForetokenException {
        return keep(new Setup(base, auxiliary, null, new LayerMap(List.of(links)), source));
    }

    private static int[] tokens(int count) {
        return TinyPair.tokens(5, count);
    }

    private List<Calibration.Result> everyLink(Setup setup, List<Source> sources, OptionalDouble lambda)
            throws ForetokenException {
        int[] tokens = tokens(WINDOWS * Calibration.WINDOW);
        var results = Calibration.everyLink(setup, tokens, sources, lambda, folder, Progress.NONE);
        results.forEach(result -> keep(result.weights()));
        return results;
    }

    private StatisticsFile open(Source source) throws ForetokenException {
        Setup any = setup(source, 0, 0, 0, 0);
        return keep(StatisticsFile.open(folder, source, any.map(), KvStatistics.kvDims(base.config()), 2, 0));
    }

    private static void assertClose(Affine found, Affine expected, double tolerance) {
        try (PointerScope scope = new PointerScope()) {
            double size = expected.weight().abs().max().item_double();
            assertThat(found.weight().sub(expected.weight()).abs().max().item_double())
                    .isLessThan(tolerance * size);
            assertThat(found.bias().sub(expected.bias()).abs().max().item_double())
                    .isLessThan(tolerance * size);
        }
    }

    /** A price is what one gets who fits that link alone on three windows of four and tries it on the fourth. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void aPriceIsTheHeldOutErrorOfThatLinkAlone(Source source) throws Exception {
        LinkPrices prices = everyLink(setup(source, 0, 0, 1, 1), List.of(source), OptionalDouble.of(0.01))
                .get(0)
                .prices()
                .orElseThrow();
        assertThat(prices.tokens()).isEqualTo(6 * 256);
        assertThat(prices.heldOut()).isEqualTo(2 * 256);
        List<int[]> fitted = new ArrayList<>();
        List<int[]> heldOut = new ArrayList<>();
        List<int[]> windows = Calibration.windows(setup(source, 0, 0, 0, 0), tokens(WINDOWS * 256));
        for (int i = 0; i < windows.size(); i++) {
            (i % 4 == 3 ? heldOut : fitted).add(windows.get(i));
        }
        for (int a = 0; a < 2; a++) {
            Setup alone = setup(source, a, a, a, a);
            try (KvStatistics seen = KvStatistics.gather(alone, fitted, Progress.NONE);
                    KvStatistics unseen = KvStatistics.gather(alone, heldOut, Progress.NONE);
                    PredictorWeights weights = seen.fit(0.01).weights()) {
                KvStatistics.Errors errors = unseen.errors(weights, seen);
                for (int i = 0; i < 4; i++) {
                    assertThat(prices.keys().get(i).get(a))
                            .isCloseTo(errors.keys().get(i), within(1e-5));
                    assertThat(prices.values().get(i).get(a))
                            .isCloseTo(errors.values().get(i), within(1e-5));
                }
            }
        }
    }

    /** Beyond a gigabyte on a real model: nobody should learn of it from a full machine. */
    @Test
    void theMemoryIsSaidBeforeItIsTaken() throws Exception {
        Setup setup = setup(Source.HIDDEN, 0, 0, 1, 1);
        List<Source> sources = List.of(Source.KV, Source.HIDDEN);
        List<String> said = new ArrayList<>();
        assertThatThrownBy(() -> Calibration.everyLink(
                        setup, tokens(WINDOWS * 256), sources, OptionalDouble.empty(), folder, (what, done, total) -> {
                            said.add(what);
                            throw new CancellationException();
                        }))
                .isInstanceOf(CancellationException.class);
        assertThat(said)
                .containsExactly(
                        "Taking " + Calibration.bytes(setup, sources) / 1_000_000 + " MB for the sums of every link");
        // those fitted on and those held out
        assertThat(Calibration.bytes(setup, sources))
                .isEqualTo(2 * (taken(setup, Source.KV) + taken(setup, Source.HIDDEN)));
        assertThat(Calibration.bytes(setup, List.of(Source.JOINT))).isEqualTo(2 * taken(setup, Source.JOINT));
    }

    /** What the sums of every link do take, each counted once. */
    private static long taken(Setup setup, Source source) {
        Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
        try (PointerScope scope = new PointerScope();
                KvStatistics statistics = new KvStatistics(setup, source)) {
            statistics.openAll(setup, 16);
            for (Part part : Part.values()) {
                for (InputSums input : statistics.side(part).values()) {
                    tensors.addAll(
                            List.of(input.gram(), input.cross(), input.outputs().squares()));
                }
            }
            return tensors.stream().mapToLong(Tensor::nbytes).sum();
        }
    }

    @Test
    void twoHalvesAddUpToTheWhole() throws Exception {
        Setup setup = setup(Source.JOINT, 0, 1, 0, 1);
        List<int[]> windows = Calibration.windows(setup, tokens(1024));
        try (KvStatistics one = KvStatistics.gather(setup, windows.subList(0, 2), Progress.NONE);
                KvStatistics other = KvStatistics.gather(setup, windows.subList(2, 4), Progress.NONE);
                KvStatistics whole = KvStatistics.gather(setup, windows, Progress.NONE)) {
            one.add(other);
            assertThat(one.tokens()).isEqualTo(whole.tokens()).isEqualTo(1024);
            KvStatistics.Fit sum = one.fit(0.01);
            KvStatistics.Fit all = whole.fit(0.01);
            keep(sum.weights());
            keep(all.weights());
            for (int i = 0; i < 4; i++) {
                assertClose(sum.weights().keys(i), all.weights().keys(i), 1e-6);
                assertClose(sum.weights().values(i), all.weights().values(i), 1e-6);
                assertThat(sum.errors().keys().get(i))
                        .isCloseTo(all.errors().keys().get(i), within(1e-9));
            }
        }
    }

    /** From the file, another map is fitted as if the text had been read for it. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void anotherMapIsFittedFromWhatWasKept(Source source) throws Exception {
        everyLink(setup(source, 0, 0, 1, 1), List.of(source), OptionalDouble.of(0.01));
        Setup other = setup(source, 1, 0, 0, 1);
        try (FittedLinks links = new FittedLinks(open(source), 0.01);
                PredictorWeights fromFile = links.maps(other.map(), List.of(0, 1, 2, 3));
                KvStatistics read =
                        KvStatistics.gather(other, Calibration.windows(other, tokens(WINDOWS * 256)), Progress.NONE);
                PredictorWeights fromText = read.fit(0.01).weights()) {
            for (int i = 0; i < 4; i++) {
                assertClose(fromFile.keys(i), fromText.keys(i), 1e-5);
                assertClose(fromFile.values(i), fromText.values(i), 1e-5);
            }
        }
    }

    /** A link is fitted once, whatever is edited in between, and alone is what it is among others. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void aLinkThatWasFittedIsNotFittedAgain(Source source) throws Exception {
        everyLink(setup(source, 0, 0, 1, 1), List.of(source), OptionalDouble.of(0.01));
        List<Integer> all = List.of(0, 1, 2, 3);
        LayerMap first = new LayerMap(List.of(0, 0, 1, 1));
        LayerMap second = new LayerMap(List.of(0, 1, 1, 1));
        try (FittedLinks links = new FittedLinks(open(source), 0.01);
                FittedLinks fresh = new FittedLinks(open(source), 0.01)) {
            assertThat(links.fit(first, all)).isEqualTo(4);
            assertThat(links.fit(second, all)).isEqualTo(1);
            assertThat(links.fit(first, all)).isZero();
            assertThat(links.fit(second, List.of(1))).isZero();
            assertThat(links.tokens()).isEqualTo(WINDOWS * 256);
            try (PredictorWeights edited = links.maps(second, all);
                    PredictorWeights alone = fresh.maps(second, List.of(1))) {
                assertClose(edited.keys(1), alone.keys(1), 1e-12);
                assertClose(edited.values(1), alone.values(1), 1e-12);
            }
            LayerMap unknown = new LayerMap(List.of(0, 0, 5, 1));
            assertThatThrownBy(() -> links.fit(unknown, all))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("auxiliary layer 5 to base layer 2");
            assertThat(links.fit(second, all)).as("a failure spoils nothing").isZero();
        }
    }

    @Test
    void severalSourcesTakeOnePassAndGiveWhatEachGivesAlone() throws Exception {
        Setup setup = setup(Source.KV, 0, 0, 1, 1);
        var together = everyLink(setup, List.of(Source.KV, Source.HIDDEN), OptionalDouble.empty());
        var alone = everyLink(setup, List.of(Source.HIDDEN), OptionalDouble.empty());
        assertThat(together.get(1).prices()).isEqualTo(alone.get(0).prices());
        assertThat(together.get(0).lambda()).isIn(1e-4, 1e-3, 1e-2, 1e-1, 1.0);
    }

    @Test
    void theChosenLambdaDoesBestOnWhatWasHeldOut() throws Exception {
        Setup setup = setup(Source.HIDDEN, 0, 0, 1, 1);
        Calibration.Result chosen =
                everyLink(setup, List.of(Source.HIDDEN), OptionalDouble.empty()).get(0);
        for (double lambda : new double[] {1e-4, 1e-3, 1e-2, 1e-1, 1.0}) {
            Calibration.Result given = everyLink(setup, List.of(Source.HIDDEN), OptionalDouble.of(lambda))
                    .get(0);
            assertThat(mean(chosen)).isLessThanOrEqualTo(mean(given) + 1e-12);
        }
    }

    private static double mean(Calibration.Result result) {
        return new KvStatistics.Errors(result.keyErrors(), result.valueErrors()).mean();
    }

    @Test
    void whatCannotBeUsedIsRefused() throws Exception {
        Setup setup = setup(Source.KV, 0, 0, 1, 1);
        assertThatThrownBy(() -> Calibration.everyLink(
                        setup, tokens(700), List.of(Source.KV), OptionalDouble.empty(), folder, Progress.NONE))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("700 tokens");
        assertThatThrownBy(() -> open(Source.KV))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no statistics for source kv");
        everyLink(setup, List.of(Source.KV), OptionalDouble.of(0.01));
        assertThatThrownBy(() -> StatisticsFile.open(folder, Source.KV, setup.map(), List.of(8L, 8L, 8L, 8L), 2, 0))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("calibrate again");
        Path file = StatisticsFile.in(folder, Source.KV);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> open(Source.KV)).isInstanceOf(ForetokenException.class);
    }

    @Test
    void sumsOfAnotherShapeAreRefusedAndLetGo() throws Exception {
        Setup setup = setup(Source.KV, 0, 0, 1, 1);
        everyLink(setup, List.of(Source.KV), OptionalDouble.of(0.01));
        Path other = Files.createDirectories(folder.resolve("other"));
        List<Long> kvDims = KvStatistics.kvDims(base.config());
        for (String changed : List.of("keys.0.gram", "keys.1.cross", "values.squares", "values.1.gram")) {
            try (SafetensorsFile sound = SafetensorsFile.open(StatisticsFile.in(folder, Source.KV));
                    PointerScope scope = new PointerScope()) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                for (String name : sound.weights().names()) {
                    Tensor tensor = sound.weights().tensor(name);
                    long last = tensor.dim() - 1;
                    tensors.put(name, name.equals(changed) ? tensor.narrow(last, 0, tensor.size(last) - 1) : tensor);
                }
                SafetensorsWriter.write(StatisticsFile.in(other, Source.KV), tensors, sound.metadata());
            }
            assertThatThrownBy(() -> StatisticsFile.open(other, Source.KV, setup.map(), kvDims, 2, 0))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("statistics-kv.safetensors", changed, "calibrate again");
            if (Files.exists(MAPS)) {
                assertThat(Files.readString(MAPS)).as(changed).doesNotContain(other.toString());
            }
        }
    }

    @Test
    void pricesSurviveTheirFile() throws Exception {
        LinkPrices prices = new LinkPrices(
                Source.JOINT, 10, 5, 0.1, List.of(List.of(0.25, Double.NaN)), List.of(List.of(0.5, 0.0)));
        Map<Source, LinkPrices> all = new EnumMap<>(Map.of(Source.JOINT, prices));
        PricesFile.write(folder, all);
        assertThat(PricesFile.read(folder, 1, 2)).isEqualTo(all);
        assertThatThrownBy(() -> PricesFile.read(folder, 2, 2))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("other models");
        Files.writeString(PricesFile.in(folder), "{\"sources\":");
        assertThatThrownBy(() -> PricesFile.read(folder, 1, 2))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("Calibrate again");
    }
}
