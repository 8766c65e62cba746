package org.foretoken.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.foretoken.Shared;
import org.foretoken.model.LayerShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenElmShapesTest {
    @Test
    void widthsAreRoundedToTheNearestMultipleUnlessThatLosesATenth() {
        assertThat(OpenElm.makeDivisible(640, 256)).isEqualTo(768);
        assertThat(OpenElm.makeDivisible(639, 256)).isEqualTo(768); // 512 would lose a fifth
        assertThat(OpenElm.makeDivisible(560, 256)).isEqualTo(512);
        assertThat(OpenElm.makeDivisible(10, 256)).isEqualTo(256);
    }

    @Tag("shared")
    @ParameterizedTest
    @CsvSource({"OpenELM-270M,16", "OpenELM-450M,20", "OpenELM-1_1B,28", "OpenELM-3B,36"})
    void theReleasedModelsHaveCoreNetsWidths(String name, int layers) throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode expected = json.readTree(
                        Shared.path("golden/released-layer-maps.json").toFile())
                .path("shapes")
                .path(name);
        ObjectNode config = json.createObjectNode();
        config.put("activation_fn_name", "swish");
        config.put("normalization_layer_name", "rms_norm");
        config.put("ffn_with_glu", true);
        config.put("num_transformer_layers", layers);
        config.put("normalize_qk_projections", true);
        config.put("vocab_size", 32000);
        config.put("max_context_length", 2048);
        config.put("ffn_dim_divisor", 256);
        config.set("model_dim", expected.path("model_dim"));
        config.set("head_dim", expected.path("head_dim"));
        config.set("num_query_heads", expected.path("query_heads"));
        config.set("num_kv_heads", expected.path("kv_heads"));
        config.putArray("ffn_multipliers").add(0.5).add(4.0);

        List<LayerShape> shapes =
                new OpenElm().fromHub(Keys.of(Path.of("config.json"), config)).layers();
        assertThat(shapes).hasSize(layers).hasSize(expected.path("ffn_dims").size());
        for (int i = 0; i < layers; i++) {
            LayerShape shape = shapes.get(i);
            assertThat(shape.ffnDim())
                    .as("ffn of %d", i)
                    .isEqualTo(expected.path("ffn_dims").path(i).intValue());
            assertThat(shape.heads())
                    .isEqualTo(expected.path("query_heads").path(i).intValue());
            assertThat(shape.kvHeads())
                    .isEqualTo(expected.path("kv_heads").path(i).intValue());
        }
    }
}
