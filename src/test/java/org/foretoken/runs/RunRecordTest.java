package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.foretoken.eval.Metric;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Flops.Definition;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.junit.jupiter.api.Test;

class RunRecordTest {
    private static final double[] BASE_TTFTS = {10, 12, 11, 10.5, 30, 11.5, 10.2, 10.8, 11.1};
    private static final double[] TTFTS = {5, 5.5, 5.2, 5.1, 9, 5.3, 5.4, 5.6, 5.05};

    private static RunRecord base() {
        return Records.timing("b1", "b1", Records.base(), BASE_TTFTS);
    }

    private static RunRecord predicted() {
        return Records.timing("k1", "b1", Records.predicted(1), TTFTS);
    }

    @Test
    void whatIsWrittenIsReadAsItWas() throws Exception {
        RunRecord training = new RunRecord(
                1,
                "t1",
                "t1",
                "0.1.0",
                "2026-11-28T03:00:00Z",
                Records.predicted(1),
                Records.MACHINE,
                7L,
                null,
                null,
                new RunRecord.Training(
                        "setups/half/training",
                        "stopped",
                        Map.of("losses", "KL"),
                        List.of(new CurvePoint(
                                3,
                                true,
                                30,
                                1.5,
                                0.25,
                                0,
                                0,
                                new Losses(0.25, 0.5, 2, 0, 0, 0, 1.5, List.of(0.1), List.of(0.2))))));
        for (RunRecord record : List.of(
                base(), predicted(), training, Records.answers("a1", Records.base(), "official_exact", 1, 0, 1))) {
            assertThat(record.json()).doesNotContain("\n");
            assertThat(RunRecord.read(record.json(), "here")).isEqualTo(record);
        }
        assertThat(training.kind()).isEqualTo(RunRecord.Kind.TRAINING);
    }

    /** Numbers from nothing but a JSON parser and arithmetic, against the points that the program makes. */
    @Test
    void aFigureFollowsFromTheRawSamplesAlone() throws Exception {
        RunRecord answers = Records.answers("a1", Records.predicted(1), "official_exact", 1, 0, 1, 1);
        RunRecord baseAnswers = Records.answers("a0", Records.base(), "official_exact", 1, 1, 1, 0);
        ParetoPoint point = ParetoPoint.of("half", predicted(), base(), answers, baseAnswers, Metric.OFFICIAL_EXACT);
        double own = median(ttfts(predicted().json()));
        List<Double> gains = new ArrayList<>();
        for (int turn = 0; turn < ttfts(base().json()).size(); turn++) {
            gains.add(ttfts(base().json()).get(turn) / ttfts(predicted().json()).get(turn));
        }
        assertThat(own).isEqualTo(5.3, within(1e-12));
        assertThat(Objects.requireNonNull(point.ttft()).value()).isEqualTo(own, within(1e-12));
        assertThat(Objects.requireNonNull(point.gain()).value()).isEqualTo(median(gains), within(1e-12));
        double right = 0;
        double baseRight = 0;
        for (int i = 0; i < 4; i++) {
            right += score(answers.json(), i);
            baseRight += score(baseAnswers.json(), i);
        }
        assertThat(point.score().value()).isEqualTo(right / 4);
        assertThat(Objects.requireNonNull(point.retained()).value()).isEqualTo(right / baseRight, within(1e-12));
        assertThat(point.records()).containsExactly("k1", "b1", "a1", "a0");
        assertThat(point.label()).isEqualTo("half, tail 1");
    }

    private static List<Double> ttfts(String line) throws Exception {
        List<Double> ttfts = new ArrayList<>();
        for (JsonNode sample : new ObjectMapper().readTree(line).at("/timing/samples")) {
            ttfts.add(sample.get("tokenise").doubleValue()
                    + sample.get("auxiliary").doubleValue()
                    + sample.get("predict").doubleValue()
                    + sample.get("first_step").doubleValue());
        }
        return ttfts;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double score(String line, int question) throws Exception {
        return new ObjectMapper()
                .readTree(line)
                .at("/answers/examples/" + question + "/scores/official_exact")
                .doubleValue();
    }

    @Test
    void nothingDerivedIsStored() {
        assertThat(base().json()).doesNotContain("median", "gain", "mean", "interval");
        assertThat(Records.answers("a", Records.base(), "official_exact", 1, 0).json())
                .doesNotContain("mean", "error", "accuracy");
    }

    @Test
    void flopsAreCountedFromTheShapes() {
        // 2 for each parameter: 4 layers of 9,280 (attention 3,072, feed-forward 6,144, norms 64), embedding 3,200,
        // norm 32
        assertThat(base().flops(Definition.PAPER)).hasValue(2L * (4 * 9_280 + 3_232) * 65);
        assertThat(predicted().flops(Definition.PAPER)).hasValue(2L * (2 * 9_280 + 3_232) * 65);
        assertThat(predicted().flops(Definition.EXECUTED).getAsLong())
                .isLessThan(predicted().flops(Definition.EXACT).getAsLong());
        assertThat(Records.answers("a", Records.base(), "official_exact", 1).flops(Definition.EXACT))
                .isEmpty();
    }

    @Test
    void flopsOfBaselinesAndHybridsAreCountedFromTheShapes() throws Exception {
        for (Definition definition : Definition.values()) {
            long base = base().flops(definition).getAsLong();
            long kv = predicted().flops(definition).getAsLong();
            assertThat(as("hybrid:0").flops(definition)).hasValue(kv);
            assertThat(as("hybrid:4").flops(definition)).hasValue(base);
            RunRecord random = alone("random:0.2");
            assertThat(random.flops(definition).getAsLong()).isBetween(base / 10, base / 4);
            assertThat(alone("static:1").flops(definition).getAsLong()).isGreaterThanOrEqualTo(base);
        }
        // layers 0 and 1 are the auxiliary's, too, so that layer 2 alone is more
        assertThat(as("hybrid:3").flops(Definition.PAPER))
                .hasValue(predicted().flops(Definition.PAPER).getAsLong() + 2L * 9_280 * 65);
        // and its keys and values, 16 each from 32 numbers, come beside the maps to it, which are one product with
        // those to layer 3
        assertThat(as("hybrid:3").flops(Definition.EXECUTED))
                .hasValue(predicted().flops(Definition.EXECUTED).getAsLong() + 2L * 2 * 16 * 32 * 64);
        assertThat(as("hybrid:3").flops(Definition.EXACT).getAsLong())
                .isGreaterThan(predicted().flops(Definition.EXACT).getAsLong());
        assertThat(alone("random:0.2").flops(Definition.PAPER))
                .hasValue(Math.round(base().flops(Definition.PAPER).getAsLong() * 0.2));
        assertThat(as("of another program").flops(Definition.EXACT)).isEmpty();
    }

    private static RunRecord alone(String arm) throws Exception {
        return Records.timing("r1", "b1", RunRecord.Subject.alone(Arm.of(arm), Records.BASE), TTFTS);
    }

    /** KV prediction's record under another arm's key. */
    private static RunRecord as(String arm) {
        RunRecord.Subject s = Records.predicted(1);
        return Records.timing(
                "h1",
                "b1",
                new RunRecord.Subject(
                        arm,
                        s.setup(),
                        s.setupPath(),
                        s.base(),
                        s.auxiliary(),
                        s.selectLayers(),
                        s.layerMap(),
                        s.source(),
                        s.predictor(),
                        s.tail(),
                        s.made()),
                TTFTS);
    }

    @Test
    void namesAndPathsMakeNoOtherSubject() {
        RunRecord.Subject one = Records.predicted(1);
        RunRecord.Subject moved = new RunRecord.Subject(
                one.arm(),
                "other",
                "elsewhere",
                new RunRecord.Model("renamed", "moved", one.base().hash()),
                null,
                one.selectLayers(),
                one.layerMap(),
                one.source(),
                one.predictor(),
                one.tail(),
                SetupFile.Origin.given(List.of("elsewhere")));
        assertThat(moved.bare()).isEqualTo(one.bare());
        assertThat(Records.predicted(2).bare()).isNotEqualTo(one.bare());
        assertThat(Records.base().bare()).isNotEqualTo(one.bare());
    }
}
