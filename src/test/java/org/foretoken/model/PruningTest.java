package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.foretoken.model.Flops.Definition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruningTest {
    @Test
    void eachLayerReadsItsShare() {
        assertThat(new Pruning.Random(0.5, 1).kept(3, 9)).containsExactly(5, 5, 5);
        assertThat(new Pruning.Static(0.25).kept(8, 20)).containsExactly(20, 20, 5, 5, 5, 5, 5, 5);
        // 10 layers: 3 whole, 6 from .8 down to .3 by .1, 1 at .3
        assertThat(new Pruning.Lazy(0.8, 0.3).kept(10, 100)).containsExactly(100, 100, 100, 80, 70, 60, 50, 40, 30, 30);
        assertThat(new Pruning.Lazy(0.01, 0.01).kept(10, 3)).containsExactly(3, 3, 3, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void theLastTokenAlwaysGoesOn() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(new Pruning.Random(0.3, seed).choice(4, 10).into(0, 10, () -> new float[0]))
                    .hasSize(3)
                    .contains(9);
        }
        TokenChoice once = new Pruning.Static(0.5).choice(8, 4);
        once.into(0, 4, () -> new float[0]);
        once.into(1, 4, () -> new float[] {0.1f, 0.6f, 0.3f, 0});
        // both layers of the quarter together: .8 .7 .5 0
        assertThat(once.into(2, 4, () -> new float[] {0.7f, 0.1f, 0.2f, 0})).containsExactly(0, 3);
        TokenChoice lazy = new Pruning.Lazy(0.75, 0.25).choice(10, 4);
        assertThat(lazy.into(3, 4, () -> new float[] {0.1f, 0.6f, 0.3f, 0})).containsExactly(1, 2, 3);
    }

    private static int[] lot(long seed, int tokens) {
        return new Pruning.Random(0.3, seed).choice(4, tokens).into(0, tokens, () -> new float[0]);
    }

    @Test
    void aLotKeepsEveryPositionEquallyOften() {
        int[] often = new int[10];
        // not 0, 1, 2, ...: of seeds that close java.util.Random makes nearly the same first number
        Random seeds = new Random(1);
        for (int i = 0; i < 3000; i++) {
            for (int position : lot(seeds.nextLong(), 10)) {
                often[position]++;
            }
        }
        assertThat(often[9]).isEqualTo(3000);
        for (int position = 0; position < 9; position++) {
            // two of the nine others: 667, the deviation 23
            assertThat(often[position]).as("position %s", position).isBetween(667 - 115, 667 + 115);
        }
    }

    @Test
    void aLotIsItsSeeds() {
        assertThat(lot(7, 100)).isEqualTo(lot(7, 100)).isNotEqualTo(lot(8, 100));
    }

    @Test
    void sharesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Pruning.Random(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pruning.Static(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pruning.Lazy(0.25, 0.75)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Rows of the paper's Table 5; those of .75 to .10 and to .01 are exchanged there. */
    @ParameterizedTest
    @CsvSource({"0.75,0.75,1.21", "0.75,0.50,1.38", "0.75,0.25,1.60", "0.75,0.10,1.77", "0.75,0.01,1.89", "0.5,0.1,2.04"
    })
    void lazysPaperFigures(double start, double end, double gain) {
        assertThat(1 / new Pruning.Lazy(start, end).paperShare()).isCloseTo(gain, within(0.005));
    }

    @Test
    void workIsCountedByTokensOfEachLayer() {
        Rope rope = new Rope(10000, null, List.of());
        LayerShape shape = new LayerShape(2, 1, 2, 3, false);
        // as in FlopsTest: 168 a token, 16 a pair, logits 40
        DecoderConfig config =
                new DecoderConfig("test", 5, 4, 2048, 1e-6, rope, true, false, false, Collections.nCopies(4, shape));
        Pruning once = new Pruning.Static(0.5);
        long whole = 4 * 168 + 10 * 16;
        long half = 2 * 168 + 3 * 16;
        assertThat(Flops.prefill(config, once, 4, Definition.EXACT)).isEqualTo(whole + 3 * half + 40);
        // the top layer: keys and values of two tokens, the rest for the last, which sees two
        assertThat(Flops.prefill(config, once, 4, Definition.EXECUTED))
                .isEqualTo(whole + 2 * half + (64 + 136 + 32) + 40);
        assertThat(Flops.prefill(config, once, 4, Definition.PAPER))
                .isEqualTo(Math.round(0.75 * Flops.prefill(config, 4, Definition.PAPER)));
    }
}
