package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Kernel;
import org.junit.jupiter.api.Test;

/** On tiny OpenELMs; {@link CalibrationReferenceTest} holds the figures of a real model. */
class ReferenceProtocolTest {
    private static void withPair(TinyPair.Check check) throws Exception {
        try (TinyPair pair = new TinyPair(Kernel.F32)) {
            check.on(pair.paper(Source.HIDDEN));
        }
    }

    private static int[] tokens(int count) {
        return TinyPair.tokens(count, count);
    }

    @Test
    void readsTheWindowsThatItSays() throws Exception {
        withPair(setup -> {
            int[] text = tokens(102_048);
            Figures figures = ReferenceProtocol.measure(setup, text, List.of(), Progress.NONE);
            assertThat(figures.quality().positions()).isEqualTo(8 * 240);
            assertThat(figures.keyErrors()).hasSize(4);
            assertThat(figures.keyError()).isBetween(0.1, 1.5);
            assertThat(figures.tails()).isEmpty();
            // what it doesn't read doesn't count, what it reads does
            int[] between = text.clone();
            Arrays.fill(between, 48 * 256, 100_000, 7);
            assertThat(ReferenceProtocol.measure(setup, between, List.of(), Progress.NONE))
                    .isEqualTo(figures);
            for (int read : new int[] {48 * 256 - 1, 102_047}) {
                int[] other = text.clone();
                other[read] = 3 + (other[read] - 2) % 117;
                assertThat(ReferenceProtocol.measure(setup, other, List.of(), Progress.NONE))
                        .as("token %d", read)
                        .isNotEqualTo(figures);
            }
        });
    }

    @Test
    void measuresTheFirstTokenAfterBeginningsOfWindows() throws Exception {
        withPair(setup -> {
            int[] text = tokens(110_240);
            Figures figures = ReferenceProtocol.measure(setup, text, List.of(1, 256), Progress.NONE);
            List<int[]> prompts = new ArrayList<>();
            for (int window = 0; window < 40; window++) {
                for (int length : new int[] {96, 160, 208, 256}) {
                    int from = 100_000 + window * 256;
                    prompts.add(Arrays.copyOfRange(text, from, from + length));
                }
            }
            int[] calibration = Arrays.copyOf(text, 48 * 256);
            Calibration.Result fit = Calibration.run(setup, calibration, Calibration.LAMBDA, Progress.NONE);
            setup.use(fit.weights());
            fit.weights().close();
            PredictionQuality.FirstToken expected = PredictionQuality.firstToken(
                            setup, prompts, List.of(1), Progress.NONE)
                    .get(0);
            assertThat(figures.tails().get(0).kl()).isCloseTo(expected.kl(), Offset.offset(1e-6));
            assertThat(figures.tails().get(0).topOne()).isEqualTo(expected.topOne());
            assertThat(figures.tails().get(0).prompts()).isEqualTo(160);
            // the base reads the whole prompt itself
            assertThat(figures.tails().get(1).kl()).isLessThan(1e-9);
            assertThat(figures.tails().get(1).topOne()).isEqualTo(1);
        });
    }

    @Test
    void aTextTooShortIsASentence() throws Exception {
        withPair(setup -> {
            assertThatThrownBy(() -> ReferenceProtocol.measure(setup, tokens(102_047), List.of(), Progress.NONE))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("needs 102,048 tokens, but the text has 102,047");
            assertThatThrownBy(() -> ReferenceProtocol.measure(setup, tokens(102_048), List.of(1), Progress.NONE))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("needs 110,240 tokens");
        });
    }
}
