package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.bench.Statistics;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.workbench.MeasureTtft.Request;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("shared")
class MeasureTtftTest {
    @TempDir
    Path home;

    private Workbench workbench() {
        return new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}));
    }

    private final List<String> reported = new CopyOnWriteArrayList<>();

    private TtftRecord measure(Workbench workbench, Request request) throws ForetokenException {
        return workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new MeasureTtft(workbench).run(request, (what, done, total) -> reported.add(what)))
                .await();
    }

    /** Stories260K with all of its layers as its own auxiliary: nothing has to be predicted. */
    private Path setup(Workbench workbench) throws ForetokenException {
        Path folder = home.resolve("setup");
        new PruneLayers(workbench).run(Shared.path("models/stories260K"), PruneLayers.Keep.first(5), folder);
        return folder;
    }

    @Test
    void measuresEveryArmAtEveryLengthAndSaysHow() throws Exception {
        try (Workbench workbench = workbench()) {
            TtftRecord record = measure(
                    workbench,
                    new Request(setup(workbench), List.of(), List.of(16, 64), new TtftProtocol.Limits(6, 60), 4));
            assertThat(record.rows())
                    .extracting(TtftRecord.Row::arm)
                    .containsExactly("base", "KV prediction", "auxiliary", "base", "KV prediction", "auxiliary");
            assertThat(record.rows()).extracting(TtftRecord.Row::wished).containsExactly(16, 16, 16, 64, 64, 64);
            assertThat(record.rows()).allSatisfy(row -> {
                assertThat(row.tokens()).isBetween(row.wished(), row.wished() + 1);
                assertThat(row.samples()).hasSizeBetween(TtftProtocol.LEAST_REPETITIONS, 6);
                assertThat(row.p10()).isLessThanOrEqualTo(row.median());
                assertThat(row.p90()).isGreaterThanOrEqualTo(row.median());
                assertThat(row.withoutTokenising()).isBetween(0.0, row.median());
                assertThat(row.shareOfPeak()).isPositive();
                assertThat(row.decodeTokensPerSecond()).isPositive();
                assertThat(row.samples())
                        .allSatisfy(s -> assertThat(s.tokenise() + s.auxiliary() + s.predict() + s.firstStep())
                                .isCloseTo(s.ttft(), within(1e-9)));
            });
            TtftRecord.Row base = record.rows().get(3);
            TtftRecord.Row predicted = record.rows().get(4);
            assertThat(base.gain()).isEqualTo(1);
            assertThat(base.executedFlopsGain()).isEqualTo(1);
            assertThat(base.phases().auxiliary()).isZero();
            List<Double> gains = Statistics.byTurn(
                    base.samples().stream().map(TtftRecord.Sample::ttft).toList(),
                    predicted.samples().stream().map(TtftRecord.Sample::ttft).toList(),
                    (a, b) -> a / b);
            assertThat(predicted.gain()).isCloseTo(Statistics.median(gains), within(1e-12));
            assertThat(predicted.gainInterval()).isEqualTo(Statistics.medianInterval(gains));
            assertThat(predicted.phases().auxiliary()).isPositive();
            // the auxiliary is the base, so its logits cost more by the exact count; the paper's has each token read by
            // one of them
            assertThat(predicted.exactFlopsGain()).isLessThan(1);
            assertThat(predicted.paperFlopsGain()).isEqualTo(1);
            assertThat(record.tail()).isEqualTo(4);
            assertThat(record.auxiliary()).isNull();
        }
    }

    @Test
    void theRecordIsJsonWithNamesInSnakeCase() throws Exception {
        try (Workbench workbench = workbench()) {
            TtftRecord record = measure(
                    workbench,
                    new Request(
                            Shared.path("models/stories260K"),
                            List.of(),
                            List.of(32),
                            new TtftProtocol.Limits(6, 60),
                            0));
            JsonNode json = new ObjectMapper().readTree(record.json());
            assertThat(json.path("format").asInt()).isEqualTo(1);
            assertThat(json.has("setup")).isFalse();
            assertThat(json.path("base").path("name").asText()).isEqualTo("stories260K");
            assertThat(json.path("base").path("hash").asText()).hasSize(64);
            assertThat(json.path("machine").path("kernel").asText()).isEqualTo("f32");
            assertThat(json.path("machine").path("power_source").isTextual()).isTrue();
            assertThat(json.path("peak").path("flops_per_second").asDouble()).isGreaterThan(1e8);
            assertThat(json.path("protocol").path("max_seconds_per_length").asDouble())
                    .isEqualTo(60);
            JsonNode row = json.path("rows").get(0);
            assertThat(row.path("samples").get(0).path("first_step").asDouble()).isPositive();
            assertThat(row.path("interval").path("low").asDouble())
                    .isLessThanOrEqualTo(row.path("median").asDouble());
            assertThat(row.path("executed_flops").asLong()).isPositive();
        }
    }

    @Test
    void aModelWithoutTokenizerIsMeasuredOnIds() throws Exception {
        Path bare = Files.createDirectory(home.resolve("bare"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(Shared.path("models/stories260K").resolve(file), bare.resolve(file));
        }
        try (Workbench workbench = workbench()) {
            TtftRecord record =
                    measure(workbench, new Request(bare, List.of(), List.of(24), new TtftProtocol.Limits(6, 60), 0));
            assertThat(record.rows())
                    .singleElement()
                    .extracting(TtftRecord.Row::tokens)
                    .isEqualTo(24);
            assertThat(reported).anyMatch(what -> what.startsWith("Measuring"));
        }
    }

    @Test
    void whatCannotBeMeasuredIsSaidBeforeAnythingIsTimed() throws Exception {
        try (Workbench workbench = workbench()) {
            Path model = Shared.path("models/stories260K");
            assertThatThrownBy(() -> measure(
                            workbench,
                            new Request(model, List.of(), List.of(16, 100_000), new TtftProtocol.Limits(6, 60), 0)))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageStartingWith("A prompt of 100000 tokens can't be measured: choose 1 to ");
            assertThat(reported).isNotEmpty().noneMatch(what -> what.startsWith("Measuring"));
            assertThatThrownBy(() -> measure(
                            workbench, new Request(model, List.of(), List.of(), new TtftProtocol.Limits(6, 60), 0)))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("no prompt length");
            assertThatThrownBy(() -> measure(
                            workbench, new Request(model, List.of(), List.of(16), new TtftProtocol.Limits(2, 60), 0)))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("at least 5 repetitions");
        }
    }
}
