package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.runs.Estimate;
import org.junit.jupiter.api.Test;

class BreakEvenWordsTest {
    @Test
    void memoryIsSaidWithItsParts() {
        assertThat(BreakEvenWords.memory(new BreakEven.MemoryPaid(6_650_000, 0, 11_520, 6_640_000)))
                .isEqualTo(
                        "It takes 6.65 MB of memory beside the base (6.64 MB by the kernel's packing): maps 6.65 MB, auxiliary"
                                + " none of its own, a part of the base; until the first token 11.5 kB a prompt token for the"
                                + " auxiliary's cache.");
        assertThat(BreakEvenWords.memory(new BreakEven.MemoryPaid(1_000_000, 80_000_000, 960, 79_500_000)))
                .startsWith(
                        "It takes 81.0 MB of memory beside the base (79.5 MB by the kernel's packing): maps 1.00 MB, auxiliary"
                                + " 80.0 MB; until");
    }

    @Test
    void whatTakesNothingAndWhatIsSaidTwiceIsLeftOut() {
        assertThat(BreakEvenWords.memory(new BreakEven.MemoryPaid(1_230_000, 0, 0, 1_230_000)))
                .isEqualTo(
                        "It takes 1.23 MB of memory beside the base: maps 1.23 MB, auxiliary none of its own, a part of"
                                + " the base.");
    }

    @Test
    void howFarOffIsInPartsOfWhatWasMeasured() {
        assertThat(BreakEvenWords.off(-0.1)).isEqualTo("-10.0%");
        assertThat(BreakEvenWords.off(0.01)).isEqualTo("+1.0%");
        assertThat(BreakEvenWords.interval(new Estimate(0.01, -0.012, 0.046))).contains("-1..+5%");
        assertThat(BreakEvenWords.interval(Estimate.of(0.01))).isEmpty();
    }

    @Test
    void aReplyOfMoreThanAnyContextIsRefusedWhateverItsNumber() {
        BreakEven.Request request = new BreakEven.Request(
                Path.of("setup"), List.of(16, 32), List.of(Integer.MAX_VALUE), 0, new TtftProtocol.Limits(5, 1), false);
        assertThatThrownBy(() -> BreakEven.check(request, 1024))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("choose 1 to 992");
    }
}
