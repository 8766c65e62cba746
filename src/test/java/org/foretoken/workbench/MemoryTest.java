package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static DecoderConfig config(int width) {
        LayerShape layer = new LayerShape(2, 2, width / 2, width, false);
        Rope rope = new Rope(10_000, null, List.of());
        return new DecoderConfig("Llama", 4096, width, 256, 1e-5, rope, true, false, false, List.of(layer));
    }

    @Test
    void aModelThatNoMachineCanTrainIsRefused() {
        assertThatCode(() -> Memory.checkTraining(config(32))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Memory.checkTraining(config(1_000_000)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("parameters needs ", " GB to be trained", "make it smaller");
    }
}
