package org.foretoken.kvp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LayerMapTest {
    private static final Map<String, Integer> LAYERS =
            Map.of("OpenELM-270M", 16, "OpenELM-450M", 20, "OpenELM-1_1B", 28, "OpenELM-3B", 36);

    @Test
    void spreadRepeatsTheFirstLayers() {
        assertThat(LayerMap.spread(5, 2).links()).containsExactly(0, 0, 0, 1, 1);
        assertThat(LayerMap.spread(4, 4)).isEqualTo(LayerMap.identity(4));
    }

    @Test
    void theBasesFirstLayersFeedThemselvesAndTheLastOfThemTheRest() {
        assertThat(LayerMap.lastRetained(List.of(0, 1, 2), 6).links()).containsExactly(0, 1, 2, 2, 2, 2);
    }

    @Test
    void theLastRetainedLayerFeedsWhatFollows() {
        assertThat(LayerMap.lastRetained(List.of(0, 3, 4), 6).links()).containsExactly(0, 0, 0, 1, 2, 2);
        // nothing is retained before layer 2: the first that is must do
        assertThat(LayerMap.lastRetained(List.of(2, 3), 5).links()).containsExactly(0, 0, 0, 1, 1);
    }

    @Test
    void aMapThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> LayerMap.identity(3).check(4, 3))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("3 entries, the base 4 layers");
        assertThatThrownBy(() -> new LayerMap(List.of(0, 2)).check(2, 2))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("base layer 1 from auxiliary layer 2");
        assertThatThrownBy(() -> new LayerMap(List.of(0, -1)).check(2, 2)).isInstanceOf(ForetokenException.class);
    }

    @Test
    void onlyLinksToTheSameLayerOfTheSameFirstLayersAreShared() {
        int common = Setup.commonLayers(List.of(0, 1, 3));
        assertThat(Setup.predictedLayers(new LayerMap(List.of(0, 1, 1, 2, 2)), common))
                .containsExactly(2, 3, 4);
        assertThat(Setup.predictedLayers(new LayerMap(List.of(1, 1, 2, 2, 2)), common))
                .containsExactly(0, 2, 3, 4);
        assertThat(Setup.predictedLayers(LayerMap.identity(3), Setup.commonLayers(null)))
                .containsExactly(0, 1, 2);
    }

    @Tag("shared")
    @Test
    void theReleasedConfigurationsFollowTheRules() throws Exception {
        JsonNode maps = new ObjectMapper()
                .readTree(Shared.path("golden/released-layer-maps.json").toFile())
                .path("layer_maps");
        List<String> seen = new ArrayList<>();
        maps.properties().forEach(entry -> {
            JsonNode row = entry.getValue();
            List<Integer> released = ints(row.path("layer_map"));
            int base = LAYERS.getOrDefault(row.path("base").asText(), 0);
            String auxiliary = row.path("auxiliary").asText();
            LayerMap ours;
            if (LAYERS.containsKey(auxiliary)) {
                ours = LayerMap.spread(base, LAYERS.getOrDefault(auxiliary, 0));
            } else if (row.path("select_layers").isArray()) {
                ours = LayerMap.lastRetained(ints(row.path("select_layers")), base);
            } else {
                // 0.50l: CoreNet names the retained layers by their rule, every second
                ours = LayerMap.lastRetained(
                        IntStream.range(0, base / 2).map(i -> 2 * i).boxed().toList(), base);
            }
            assertThat(ours.links()).as(entry.getKey()).isEqualTo(released);
            seen.add(entry.getKey());
        });
        assertThat(seen).hasSize(11);
    }

    private static List<Integer> ints(JsonNode list) {
        List<Integer> ints = new ArrayList<>();
        list.forEach(node -> ints.add(node.intValue()));
        return ints;
    }

    @Test
    void curvesStartAtTheFirstLayerRiseAndLeanAsTheySay() {
        assertThat(LayerMap.uniform(6, 3).links()).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(LayerMap.uniform(4, 4)).isEqualTo(LayerMap.identity(4));
        assertThat(LayerMap.firstHeavy(8, 4).links()).containsExactly(0, 0, 0, 0, 1, 1, 2, 3);
        assertThat(LayerMap.lastHeavy(8, 4).links()).containsExactly(0, 0, 1, 2, 3, 3, 3, 3);
        for (int auxiliary = 1; auxiliary <= 30; auxiliary++) {
            for (LayerMap map : List.of(
                    LayerMap.uniform(30, auxiliary),
                    LayerMap.firstHeavy(30, auxiliary),
                    LayerMap.lastHeavy(30, auxiliary))) {
                assertThat(map.links()).hasSize(30).isSorted().startsWith(0);
                assertThat(map.highest()).isLessThan(auxiliary);
            }
        }
    }
}
