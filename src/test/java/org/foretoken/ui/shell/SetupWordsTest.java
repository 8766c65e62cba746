package org.foretoken.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SetupWordsTest {
    @Test
    void layers() {
        assertThat(SetupWords.layers(List.of(0, 1, 2))).isEqualTo("first 3 layers");
        assertThat(SetupWords.layers(List.of(0, 2, 4, 6))).isEqualTo("every 2nd layer");
        assertThat(SetupWords.layers(List.of(0, 1, 2, 3, 8, 10, 11))).isEqualTo("layers 0–3, 8, 10, 11");
        assertThat(SetupWords.layers(List.of(5))).isEqualTo("layer 5");
    }

    @Test
    void layerMaps() {
        assertThat(SetupWords.layerMap(List.of(0, 1, 2, 2, 2))).isEqualTo("0–2 from the same layer, 3 and 4 from 2");
        assertThat(SetupWords.layerMap(List.of(0, 0, 1, 1, 1))).isEqualTo("0 and 1 from 0, 2–4 from 1");
        assertThat(SetupWords.layerMap(List.of(1, 0))).isEqualTo("0 from 1, 1 from 0");
    }
}
