package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On tiny OpenELMs: a base of 4 layers, and an auxiliary of 2 with weights of its own. */
class CalibrationTest {
    private TinyPair pair;
    private Decoder base;
    private Decoder other;

    @BeforeEach
    void load() throws ForetokenException {
        pair = new TinyPair(Kernel.F32);
        base = pair.base;
        other = pair.auxiliary;
    }

    private <T extends AutoCloseable> T keep(T opening) {
        return pair.keep(opening);
    }

    @AfterEach
    void close() throws Exception {
        pair.close();
    }

    private Setup setup(Decoder auxiliary, @Nullable List<Integer> select, LayerMap map, Source source)
            throws ForetokenException {
        return keep(new Setup(base, auxiliary, select, map, source));
    }

    private Setup firstTwo(Source source, boolean known) throws ForetokenException {
        List<Integer> select = List.of(0, 1);
        return setup(keep(base.select(select)), known ? select : null, LayerMap.lastRetained(select, 4), source);
    }

    private static int[] tokens(int count) {
        return TinyPair.tokens(5, count);
    }

    private Calibration.Result run(Setup setup, int[] tokens, double lambda) throws ForetokenException {
        Calibration.Result result = Calibration.run(setup, tokens, lambda, Progress.NONE);
        keep(result.weights());
        return result;
    }

    private static void assertClose(Affine found, Affine expected, double tolerance) {
        try (PointerScope scope = new PointerScope()) {
            assertThat(found.weight().sub(expected.weight()).abs().max().item_double())
                    .isLessThan(tolerance);
            assertThat(found.bias().sub(expected.bias()).abs().max().item_double())
                    .isLessThan(tolerance);
        }
    }

    /** The base's own pass stands in for an auxiliary that is its first layers; run apart, that auxiliary gives the same maps. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void anEarlyLayersAuxiliaryNeedsNoPassOfItsOwn(Source source) throws Exception {
        int[] tokens = tokens(700);
        Calibration.Result together = run(firstTwo(source, true), tokens, 0.01);
        Calibration.Result apart = run(firstTwo(source, false), tokens, 0.01);
        assertThat(together.tokens()).isEqualTo(700);
        assertThat(together.notes()).isEmpty();
        assertThat(together.keyErrors().subList(0, 2)).containsExactly(0.0, 0.0);
        assertThat(together.valueErrors().subList(0, 2)).containsExactly(0.0, 0.0);
        for (int i = 2; i < 4; i++) {
            assertClose(together.weights().keys(i), apart.weights().keys(i), 1e-4);
            assertClose(together.weights().values(i), apart.weights().values(i), 1e-4);
            assertThat(together.keyErrors().get(i))
                    .isBetween(0.005, 1.0)
                    .isCloseTo(apart.keyErrors().get(i), org.assertj.core.data.Offset.offset(1e-5));
        }
        assertThat(together.weights().has(1)).isFalse();
        assertThat(apart.weights().has(1)).isTrue();
    }

    @Test
    void theBaseAsItsOwnAuxiliaryIsFittedByIdentities() throws Exception {
        Setup setup = setup(base, null, LayerMap.identity(4), Source.KV);
        Calibration.Result result = run(setup, tokens(1000), 0);
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < 4; i++) {
                long width = base.config().layers().get(i).kvDim();
                Tensor eye = torch.eye(width, new TensorOptions(ScalarType.Float));
                Affine identity = new Affine(eye, torch.zeros_like(eye.select(0, 0)));
                assertClose(result.weights().keys(i), identity, 1e-5);
                assertClose(result.weights().values(i), identity, 1e-5);
                assertThat(result.keyErrors().get(i)).isLessThan(1e-5);
            }
        }
    }

    /** Keys and values as a tap hands them over, one after the other. */
    private static final class Captured implements LayerTap {
        final List<Tensor> keys = new ArrayList<>();
        final List<Tensor> values = new ArrayList<>();

        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            keys.add(org.foretoken.torch.Tensors.keep(k_TD.clone()));
            values.add(org.foretoken.torch.Tensors.keep(v_TD.clone()));
        }

        static Captured of(Decoder decoder, int[] window) {
            Captured captured = new Captured();
            try (KvCache cache = decoder.newCache(window.length)) {
                decoder.read(window, cache, decoder.config().layers().size(), true, captured);
            }
            return captured;
        }
    }

    private static double error(Tensor predicted, Tensor exact, Tensor mean) {
        return predicted.sub(exact).norm().item_double()
                / exact.sub(mean).norm().item_double();
    }

    private static Tensor apply(Tensor x, Affine map) {
        return torch.linear(x, map.weight(), new org.bytedeco.pytorch.TensorOptional(map.bias()));
    }

    @Test
    void theErrorsAreThoseOfTheMapsOnTheText() throws Exception {
        int[] window = tokens(250);
        Setup setup = setup(other, null, new LayerMap(List.of(1, 0, 1, 0)), Source.KV);
        Calibration.Result result = run(setup, window, 0.01);
        try (InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            Captured exact = Captured.of(base, window);
            Captured auxiliary = Captured.of(other, window);
            for (int i = 0; i < 4; i++) {
                int from = setup.map().of(i);
                Tensor k = exact.keys.get(i);
                Tensor v = exact.values.get(i);
                assertThat(result.keyErrors().get(i))
                        .isCloseTo(
                                error(
                                        apply(
                                                auxiliary.keys.get(from),
                                                result.weights().keys(i)),
                                        k,
                                        k.mean(0)),
                                org.assertj.core.data.Offset.offset(1e-5));
                assertThat(result.valueErrors().get(i))
                        .isCloseTo(
                                error(
                                        apply(
                                                auxiliary.values.get(from),
                                                result.weights().values(i)),
                                        v,
                                        v.mean(0)),
                                org.assertj.core.data.Offset.offset(1e-5));
            }
        }
    }

    @Test
    void heldOutTextIsPricedByItsOwnSums() throws Exception {
        Setup setup = firstTwo(Source.HIDDEN, true);
        List<int[]> seen = Calibration.windows(setup, tokens(800));
        List<int[]> held = List.of(new Random(9).ints(256, 3, 120).toArray());
        try (KvStatistics statistics = KvStatistics.gather(setup, seen, Progress.NONE);
                KvStatistics others = KvStatistics.gather(setup, held, Progress.NONE)) {
            KvStatistics.Fit fit = statistics.fit(0.01);
            keep(fit.weights());
            KvStatistics.Errors same = statistics.errors(fit.weights(), statistics);
            KvStatistics.Errors new_ = others.errors(fit.weights(), statistics);
            assertThat(same.keys().get(3))
                    .isCloseTo(fit.errors().keys().get(3), org.assertj.core.data.Offset.offset(1e-6));
            assertThat(new_.keys().get(3)).isGreaterThan(same.keys().get(3));
            assertThat(new_.meanOfValues()).isGreaterThan(same.meanOfValues());
            assertThat(new_.keys().get(0)).isZero();
            assertThat(same.meanOfKeys())
                    .isCloseTo(
                            (same.keys().get(2) + same.keys().get(3)) / 4, org.assertj.core.data.Offset.offset(1e-12));
        }
    }

    @Test
    void windowsAreReadAloneSoTheirOrderDoesNotMatter() throws Exception {
        Setup setup = firstTwo(Source.JOINT, true);
        int[] tokens = tokens(512);
        int[] swapped = IntStream.concat(Arrays.stream(tokens, 256, 512), Arrays.stream(tokens, 0, 256))
                .toArray();
        Calibration.Result one = run(setup, tokens, 0.01);
        Calibration.Result other = run(setup, swapped, 0.01);
        assertClose(one.weights().keys(3), other.weights().keys(3), 1e-5);
    }

    @Test
    void aTextIsCutIntoWindowsThatFitBothContexts() throws Exception {
        Setup setup = firstTwo(Source.KV, true);
        List<int[]> windows = Calibration.windows(setup, tokens(600));
        assertThat(windows).extracting(w -> w.length).containsExactly(256, 256, 88);
        assertThat(windows.get(2)[0]).isEqualTo(tokens(600)[512]);
    }

    @Test
    void aSetupThatSharesEveryLayerNeedsNoMaps() throws Exception {
        List<Integer> all = List.of(0, 1, 2, 3);
        Setup setup = setup(keep(base.select(all)), all, LayerMap.identity(4), Source.HIDDEN);
        Calibration.Result result = run(setup, tokens(300), 0.01);
        assertThat(result.weights().has(3)).isFalse();
        assertThat(result.keyErrors()).containsExactly(0.0, 0.0, 0.0, 0.0);
        assertThat(result.notes()).isEmpty();
    }

    /** A link from the auxiliary's top layer to itself, hidden: the base's top layer has to run for it. */
    @Test
    void theTopLayersHiddenStateIsReadToo() throws Exception {
        List<Integer> all = List.of(0, 1, 2, 3);
        Setup setup = setup(keep(base.select(all)), all, new LayerMap(List.of(3, 1, 2, 3)), Source.HIDDEN);
        assertThat(setup.predictedLayers()).containsExactly(0);
        Calibration.Result result = run(setup, tokens(600), 0.01);
        assertThat(result.keyErrors().get(0)).isBetween(0.01, 0.99);
    }

    @Test
    void tooLittleTextGivesFiniteMapsAndANote() throws Exception {
        Setup setup = firstTwo(Source.HIDDEN, true);
        for (int count : new int[] {1, 2, 30}) {
            for (double lambda : new double[] {0, 0.01}) {
                Calibration.Result result = run(setup, tokens(count), lambda);
                assertThat(result.notes()).isNotEmpty();
                assertThat(result.notes().get(0)).contains("64 numbers").contains("only " + count + " tokens");
                assertThat(result.notes()).hasSize(lambda == 0 && count > 1 ? 2 : 1);
                try (PointerScope scope = new PointerScope()) {
                    Affine map = result.weights().keys(3);
                    assertThat(map.weight().abs().sum().item_double()).isFinite();
                    assertThat(map.bias().abs().sum().item_double()).isFinite();
                }
                assertThat(result.keyErrors()).allMatch(e -> e >= 0 && e <= 1.001);
            }
        }
    }

    @Test
    void whatCannotBeUsedIsRefused() throws Exception {
        Setup setup = firstTwo(Source.KV, true);
        assertThatThrownBy(() -> run(setup, new int[0], 0.01))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> run(setup, new int[] {1, 2, 128}, 0.01))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("token 128")
                .hasMessageContaining("0 to 127");
        for (double lambda : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> run(setup, tokens(10), lambda))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("lambda");
        }
    }

    @Test
    void itIsToldAndStoppedWindowByWindow() throws Exception {
        Setup setup = firstTwo(Source.HIDDEN, true);
        List<Long> told = new ArrayList<>();
        Progress progress = (what, done, total) -> {
            assertThat(what).isEqualTo("Calibrating on 1,000 tokens");
            assertThat(total).isEqualTo(1000);
            told.add(done);
            if (done == 512) {
                throw new CancellationException();
            }
        };
        assertThatThrownBy(() -> Calibration.run(setup, tokens(1000), 0.01, progress))
                .isInstanceOf(CancellationException.class);
        assertThat(told).containsExactly(0L, 256L, 512L);
    }
}
