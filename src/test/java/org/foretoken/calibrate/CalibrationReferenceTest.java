package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.StreamSupport;
import org.foretoken.Shared;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SmolLM2, calibrated and measured, against the reference's figures, in the kernel that the program uses and in the reference's float32. */
@Tag("shared")
class CalibrationReferenceTest {
    @ParameterizedTest
    @CsvSource({"first 15 layers,hidden,F32", "'layers 0, 2, 4, ...',kv,BF16"})
    void reachesTheReferencesFigures(String auxiliary, String source, Kernel kernel) throws Exception {
        JsonNode expected = row(auxiliary, source);
        try (SmolLm2 model = new SmolLm2(Kernels.here(kernel))) {
            Figures found = model.figures(auxiliary, Source.of(source));
            assertWithinFivePercent(found.keyError(), expected, "k_error");
            assertWithinFivePercent(found.valueError(), expected, "v_error");
            assertWithinFivePercent(found.quality().kl(), expected, "kl");
            assertWithinFivePercent(found.quality().topOne(), expected, "top1");
            assertWithinFivePercent(found.quality().perplexity(), expected, "perplexity");
        }
    }

    private static JsonNode row(String auxiliary, String source) throws IOException {
        JsonNode reference = new ObjectMapper()
                .readTree(Shared.path("golden/calibration-reference.json").toFile());
        return StreamSupport.stream(reference.path("rows").spliterator(), false)
                .filter(r -> r.path("auxiliary").asText().equals(auxiliary))
                .filter(r -> r.path("source").asText().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private static void assertWithinFivePercent(double found, JsonNode row, String name) {
        double expected = row.path(name).asDouble();
        assertThat(found).as(name).isBetween(0.95 * expected, 1.05 * expected);
    }
}
