package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.foretoken.model.Flops.Definition;
import org.foretoken.model.Flops.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlopsTest {
    /**
     * Width 4, two layers of 2 query heads and 1 key head of 2, feed-forward 3, vocabulary 5. A layer's products for one token: keys and values
     * 2·4·(2+2) = 32, queries 2·4·4 = 32, out 32, feed-forward 2·3·4·3 = 72: 168 in all. A query with one position: 2·2·4 = 16. Logits: 2·5·4 = 40.
     */
    private static DecoderConfig tiny(int layers) {
        return config(5, 4, Collections.nCopies(layers, new LayerShape(2, 1, 2, 3, false)));
    }

    private static DecoderConfig config(int vocabulary, int width, List<LayerShape> layers) {
        Rope rope = new Rope(10000, null, List.of());
        return new DecoderConfig("test", vocabulary, width, 2048, 1e-6, rope, true, false, false, layers);
    }

    private static Prediction first(int tail, List<Integer> inputWidths, boolean hidden) {
        return new Prediction(tiny(2), tiny(1), List.of(0, 0), inputWidths, hidden, tail);
    }

    @Test
    void aPrefillCountsEveryProductByHand() {
        // queries of 3 tokens see 1 + 2 + 3 = 6 positions: a layer is 3·168 + 6·16 = 600
        assertThat(Flops.prefill(tiny(2), 3, Definition.EXACT)).isEqualTo(600 + 600 + 40);
        // the second layer: keys and values of 3 tokens, the rest for the last token, which sees 3
        assertThat(Flops.prefill(tiny(2), 3, Definition.EXECUTED)).isEqualTo(600 + (96 + 136 + 48) + 40);
        // parameters: a layer 84 and two norms of 4, embedding 20, last norm 4
        assertThat(Flops.prefill(tiny(2), 3, Definition.PAPER)).isEqualTo(3 * 2 * (2 * 92 + 20 + 4));
    }

    @Test
    void keysFromKeysNeedNothingElseOfTheTopLayer() {
        Prediction p = first(1, List.of(0, 2), false);
        // maps of one base layer: 2 · (2·2·2) a token; the base's step at position 2: two layers of 168 + 3·16, logits
        long maps = 2 * 16;
        long step = 2 * 216 + 40;
        assertThat(Flops.prefill(p, 3, Definition.EXECUTED)).isEqualTo(2 * 32 + maps + (216 + 216) + 40);
        assertThat(Flops.prefill(p, 3, Definition.EXACT)).isEqualTo((2 * 168 + 3 * 16 + 40) + maps + step);
        assertThat(Flops.prefill(p, 3, Definition.PAPER)).isEqualTo(3 * 2 * (92 + 20 + 4));
    }

    @Test
    void aMapFromTheHiddenStateNeedsItsLayerWhole() {
        Prediction p = first(1, List.of(0, 4), true);
        long maps = 2 * 32;
        long step = 2 * 216 + 40;
        assertThat(Flops.prefill(p, 3, Definition.EXECUTED)).isEqualTo((2 * 168 + 3 * 16) + maps + step);
        assertThat(Flops.prefill(p, 3, Definition.EXACT)).isEqualTo((2 * 168 + 3 * 16 + 40) + maps + step);
    }

    @Test
    void aLongerTailIsReadByTheBase() {
        Prediction p = first(2, List.of(0, 2), false);
        // two tokens at positions 1 and 2 see 2 + 3 positions
        assertThat(Flops.prefill(p, 3, Definition.EXACT)).isEqualTo((168 + 16 + 40) + 16 + 2 * (336 + 5 * 16) + 40);
        assertThat(Flops.prefill(p, 3, Definition.EXECUTED))
                .isEqualTo(32 + 16 + (336 + 5 * 16) + (64 + 136 + 3 * 16) + 40);
        // the paper leaves one token of the base's out and has the auxiliary read it: the other is the base's
        assertThat(Flops.prefill(p, 3, Definition.PAPER)).isEqualTo(2 * 2 * (92 + 24) + 2 * (2 * 92 + 24));
        assertThat(p.gain(3, Definition.PAPER))
                .isLessThan(first(1, List.of(0, 2), false).gain(3, Definition.PAPER));
        // a hybrid's own layers don't read the tail twice
        Prediction half = new Prediction(tiny(4), tiny(2), List.of(0, 1, 1, 1), List.of(0, 0, 2, 2), false, 2);
        assertThat(Flops.prefill(half, 3, 2, 3, Definition.PAPER)).isEqualTo(2 * 2 * (3 * 92 + 24) + 2 * (4 * 92 + 24));
    }

    @Test
    void aPromptNoLongerThanTheTailIsThePlainPrefill() {
        for (Definition definition : Definition.values()) {
            for (int tail : new int[] {3, 8}) {
                Prediction p = first(tail, List.of(0, 2), false);
                assertThat(Flops.prefill(p, 3, definition)).isEqualTo(Flops.prefill(tiny(2), 3, definition));
                assertThat(p.gain(3, definition)).isEqualTo(1);
            }
            assertThat(Flops.prefill(first(1, List.of(0, 2), false), 1, definition))
                    .isEqualTo(Flops.prefill(tiny(2), 1, definition));
        }
    }

    /** The auxiliary is the base's layers 0 and 1, layer 1 feeds 2 and 3; two of three tokens are predicted: a whole layer is 2·168 + 3·16 = 384. */
    @Test
    void aHybridCountsLayersInCommonOnce() {
        Prediction p = new Prediction(tiny(4), tiny(2), List.of(0, 1, 1, 1), List.of(0, 0, 2, 2), false, 1);
        long step = 4 * 216 + 40;
        // layers 0 and 1 whole, for 2 goes on from them; of 2 keys and values; maps of 3, and those of 2, which are one
        // product with them
        assertThat(Flops.prefill(p, 3, 2, 3, Definition.EXECUTED)).isEqualTo(2 * 384 + 64 + 2 * 2 * 16 + step);
        assertThat(Flops.prefill(p, 3, 2, 3, Definition.EXACT)).isEqualTo((2 * 384 + 40) + 384 + 2 * 16 + step);
        assertThat(Flops.prefill(p, 3, 2, 3, Definition.PAPER)).isEqualTo(3 * 2 * (3 * 92 + 20 + 4));
        // fewer than those in common: as without
        for (int exact = 0; exact <= 2; exact++) {
            assertThat(Flops.prefill(p, exact, 2, 3, Definition.EXECUTED))
                    .isEqualTo((384 + 64) + 2 * 2 * 16 + step)
                    .isEqualTo(Flops.prefill(p, 3, Definition.EXECUTED));
        }
        assertThat(Flops.prefill(p, 4, 2, 3, Definition.EXECUTED))
                .isEqualTo(Flops.prefill(tiny(4), 3, Definition.EXECUTED));
    }

    @Test
    void layersAboveTheHighestMappedAreNotExecuted() {
        Prediction low = new Prediction(tiny(2), tiny(7), List.of(0, 0), List.of(2, 2), false, 1);
        Prediction high = new Prediction(tiny(2), tiny(7), List.of(0, 6), List.of(2, 2), false, 1);
        long readByTwoTokens = 2 * 168 + 3 * 16;
        assertThat(Flops.prefill(high, 3, Definition.EXECUTED) - Flops.prefill(low, 3, Definition.EXECUTED))
                .isEqualTo(6 * readByTwoTokens);
        assertThat(Flops.prefill(high, 3, Definition.EXACT)).isEqualTo(Flops.prefill(low, 3, Definition.EXACT));
    }

    @Test
    void smollm2At512TokensIsTheKnownFloor() {
        DecoderConfig config = config(49152, 576, Collections.nCopies(30, new LayerShape(9, 3, 64, 1536, false)));
        long attention = 30L * 4 * 576 * (512 * 513 / 2);
        long exact = Flops.prefill(config, 512, Definition.EXACT);
        assertThat(exact - attention).isCloseTo(109_000_000_000L, within(500_000_000L));
        assertThat(attention).isCloseTo(9_000_000_000L, within(200_000_000L));
        // 1/30 of the layers' work less, but for its keys and values
        assertThat((double) Flops.prefill(config, 512, Definition.EXECUTED) / exact)
                .isBetween(1 - 1 / 30.0, 1 - 0.9 / 30);
    }

    @Test
    void aRefinementCountsWhatIsNotShared() {
        Prediction hidden = first(1, List.of(0, 4), true);
        // the second layer for two tokens, 384, keys and values alone where executed; then both layers for positions 2
        // and 3
        long late = 2 * (2 * 168 + 7 * 16) + 40;
        assertThat(hidden.reread()).isEqualTo(1);
        assertThat(Flops.refinement(hidden, 3, 1, Definition.EXACT)).isEqualTo(384 + late);
        long lateExecuted = (2 * 168 + 7 * 16) + (2 * 32 + 136 + 4 * 16) + 40;
        assertThat(Flops.refinement(hidden, 3, 1, Definition.EXECUTED)).isEqualTo(2 * 32 + lateExecuted);
        assertThat(Flops.refinement(hidden, 3, 1, Definition.PAPER)).isEqualTo(3 * 2 * 92);
        assertThat(Flops.refinement(first(2, List.of(0, 4), true), 3, 1, Definition.PAPER))
                .isEqualTo(2 * 2 * 92 + 2 * (2 * 92 + 24));
        // without the top layer's output it reads again
        Prediction keys = first(1, List.of(0, 2), false);
        assertThat(keys.reread()).isZero();
        assertThat(Flops.refinement(keys, 3, 1, Definition.EXECUTED)).isEqualTo(384 + 2 * 32 + lateExecuted);
        // nothing is shared with a foreign auxiliary
        Prediction foreign = first(1, List.of(2, 2), false);
        assertThat(Flops.refinement(foreign, 3, 1, Definition.EXACT)).isEqualTo(2 * 384 + late);
        assertThat(Flops.refinement(first(3, List.of(0, 4), true), 3, 1, Definition.EXACT))
                .as("all was read by the base")
                .isZero();
    }

    /** The first 15 of SmolLM2's 30 layers; above the base's own work are maps, 2.9%, its step before and the answer's four tokens read again. */
    @Test
    void earlyLayersWasteNoWork() {
        DecoderConfig base = config(49152, 576, Collections.nCopies(30, new LayerShape(9, 3, 64, 1536, false)));
        List<Integer> half = IntStream.range(0, 15).boxed().toList();
        for (boolean hidden : new boolean[] {true, false}) {
            List<Integer> widths = IntStream.range(0, 30)
                    .mapToObj(i -> i < 15 ? 0 : hidden ? 576 : 192)
                    .toList();
            List<Integer> links =
                    IntStream.range(0, 30).mapToObj(i -> Math.min(i, 14)).toList();
            Prediction p = new Prediction(base, base.select(half), links, widths, hidden, 1);
            assertThat(work(p, 512, Definition.EXACT)).isBetween(1.0, 1.05);
            assertThat(work(p, 512, Definition.EXECUTED)).isBetween(1.0, 1.05);
            assertThat(work(p, 512, Definition.PAPER)).isBetween(1.0, 1.3); // the embedding counts for both
            Prediction foreign = new Prediction(base, base, links, Collections.nCopies(30, 576), hidden, 1);
            assertThat(work(foreign, 512, Definition.EXACT)).isGreaterThan(1.9);
        }
    }

    private static double work(Prediction p, int tokens, Definition definition) {
        long whole = Flops.prefill(p, tokens, definition) + Flops.refinement(p, tokens, 4, definition);
        return (double) whole / Flops.prefill(p.base(), tokens, definition);
    }

    @Test
    void aMillionTokensDoNotOverflow() {
        Prediction p = first(1, List.of(0, 2), false);
        assertThat(Flops.prefill(p, 1_000_000, Definition.EXACT)).isGreaterThan(16L * 500_000_000_000L);
    }

    @Test
    void aMapThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Prediction(tiny(2), tiny(1), List.of(0), List.of(2, 2), false, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> first(0, List.of(2, 2), false)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Tables 5, 6 and 7 of the paper. */
    @ParameterizedTest
    @CsvSource({
        "OpenELM-1_1B, OpenELM-450M, 0, 2.36",
        "OpenELM-1_1B, OpenELM-270M, 0, 3.98",
        "OpenELM-1_1B, OpenELM-1_1B, 0.75, 1.34",
        "OpenELM-1_1B, OpenELM-1_1B, 0.50, 1.93",
        "OpenELM-1_1B, OpenELM-1_1B, 0.25, 3.60",
        "OpenELM-3B, OpenELM-1_1B, 0, 2.81",
        "OpenELM-3B, OpenELM-450M, 0, 6.64",
        "OpenELM-3B, OpenELM-270M, 0, 11.18",
        "OpenELM-3B, OpenELM-3B, 0.75, 1.34",
        "OpenELM-3B, OpenELM-3B, 0.50, 1.97",
        "OpenELM-3B, OpenELM-3B, 0.25, 3.84"
    })
    void thePapersGainsFollowToTheLastDigit(String baseName, String auxiliaryName, double kept, double gain)
            throws IOException {
        DecoderConfig base = openElm(baseName);
        int layers = base.layers().size();
        List<Integer> keep = IntStream.range(0, layers)
                .filter(i -> kept == 0.75 ? i % 4 != 3 : kept == 0.5 ? i % 2 == 0 : i % 4 == 0)
                .boxed()
                .toList();
        DecoderConfig auxiliary = kept == 0 ? openElm(auxiliaryName) : base.select(keep);
        List<Integer> zeros = Collections.nCopies(layers, 0);
        Prediction p = new Prediction(base, auxiliary, zeros, zeros, false, 1);
        double found = (double) Flops.prefill(base, 59, Definition.PAPER) / Flops.prefill(p, 59, Definition.PAPER);
        assertThat(found).isCloseTo(gain, within(0.005));
    }

    private static DecoderConfig openElm(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(FlopsTest.class.getResourceAsStream("/golden/openelm-shapes.json"))) {
            JsonNode shape = new ObjectMapper().readTree(file).get(name);
            List<LayerShape> layers = new ArrayList<>();
            for (int i = 0; i < shape.get("ffn_dims").size(); i++) {
                layers.add(new LayerShape(
                        shape.get("query_heads").get(i).asInt(),
                        shape.get("kv_heads").get(i).asInt(),
                        shape.get("head_dim").asInt(),
                        shape.get("ffn_dims").get(i).asInt(),
                        true));
            }
            return config(32000, shape.get("model_dim").asInt(), layers);
        }
    }
}
