package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Sample;
import org.foretoken.generate.Arm;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of JSON that a record's types let through, though nothing can be made of them. */
class RecordCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RunRecord TIMING = Records.timing("k1", "b1", Records.predicted(1), 5, 6);
    private static final RunRecord ANSWERS = Records.answers("a1", Records.predicted(1), "official_exact", 1, 0);

    @TempDir
    private Path home;

    private static RunRecord training() {
        CurvePoint point = new CurvePoint(
                3, true, 30, 1.5, 0.25, 0, 0, new Losses(0.25, 0.5, 2, 0, 0, 0, 1.5, List.of(), List.of()));
        return new RunRecord(
                1,
                "t1",
                "t1",
                "0.1.0",
                "2026-11-28T03:00:00Z",
                Records.predicted(1),
                Records.MACHINE,
                null,
                null,
                null,
                new RunRecord.Training("setups/half/training", "stopped", Map.of("losses", "KL"), List.of(point)));
    }

    private static String without(RunRecord record, String pointer) throws Exception {
        JsonNode tree = JSON.readTree(record.json());
        JsonPointer at = JsonPointer.compile(pointer);
        ObjectNode parent = (ObjectNode) tree.at(at.head());
        assertThat(parent.remove(at.last().getMatchingProperty())).as(pointer).isNotNull();
        return tree.toString();
    }

    private static String with(RunRecord record, String pointer, String value) throws Exception {
        JsonNode tree = JSON.readTree(record.json());
        JsonPointer at = JsonPointer.compile(pointer);
        JsonNode parent = tree.at(at.head());
        assertThat(parent.isContainerNode()).as(pointer).isTrue();
        if (parent instanceof ArrayNode array) {
            array.set(at.last().getMatchingIndex(), JSON.readTree(value));
        } else {
            ((ObjectNode) parent).set(at.last().getMatchingProperty(), JSON.readTree(value));
        }
        return tree.toString();
    }

    private static void assertPassedOver(String line, String field) {
        assertThatThrownBy(() -> RunRecord.read(line, "here"))
                .as(line)
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith("here lacks what every run record has and is passed over (" + field)
                .hasMessageEndingWith("): measure again what it was of.");
    }

    private static void assertNeeded(RunRecord record, String... pointers) throws Exception {
        assertThat(RunRecord.read(record.json(), "here")).isEqualTo(record);
        for (String pointer : pointers) {
            String field = pointer.substring(1).replace('/', '.').replaceAll("\\.\\d+", "");
            assertPassedOver(without(record, pointer), field);
            assertPassedOver(with(record, pointer, "null"), field);
        }
    }

    @Test
    void whatEveryRecordHasIsNeeded() throws Exception {
        assertNeeded(
                TIMING,
                "/id",
                "/session",
                "/program",
                "/timestamp",
                "/subject",
                "/subject/arm",
                "/subject/base",
                "/subject/base/name",
                "/subject/base/path",
                "/subject/made/text",
                "/subject/made/method",
                "/machine",
                "/machine/cpu",
                "/machine/os",
                "/machine/jvm",
                "/machine/kernel",
                "/machine/dtype",
                "/machine/power_source");
        assertPassedOver("null", "schema");
        assertPassedOver(with(TIMING, "/subject/select_layers", "[]"), "subject.select_layers");
        assertPassedOver(with(TIMING, "/subject/select_layers/0", "null"), "subject.select_layers");
        assertPassedOver(with(TIMING, "/subject/layer_map/0", "null"), "subject.layer_map");
    }

    @Test
    void whatTimesAreReadWithIsNeeded() throws Exception {
        assertNeeded(TIMING, "/timing/end", "/timing/shapes", "/timing/shapes/base");
        assertPassedOver(without(TIMING, "/timing/samples"), "timing");
        assertPassedOver(with(TIMING, "/timing/samples", "[]"), "timing.samples");
        assertPassedOver(with(TIMING, "/timing/samples/1", "null"), "timing");
        assertPassedOver(without(TIMING, "/subject/layer_map"), "shapes");
        assertPassedOver(with(TIMING, "/timing/shapes/input_widths", "[0]"), "shapes");
    }

    @Test
    void whatAnswersAreReadWithIsNeeded() throws Exception {
        assertNeeded(
                ANSWERS,
                "/answers/asked",
                "/answers/asked/task",
                "/answers/asked/sha256",
                "/answers/asked/data",
                "/answers/asked/data_sha256",
                "/answers/examples/1/id",
                "/answers/examples/1/output",
                "/answers/examples/1/filtered",
                "/answers/examples/1/stop",
                "/answers/examples/1/scores",
                "/answers/examples/1/log_likelihoods");
        assertPassedOver(with(ANSWERS, "/answers/asked/data_sha256", "\"abc\""), "answers.asked.data_sha256");
        assertPassedOver(without(ANSWERS, "/answers/examples"), "answers");
        assertPassedOver(with(ANSWERS, "/answers/examples/1", "null"), "answers");
        assertPassedOver(with(ANSWERS, "/answers/examples", "[]"), "answers.examples");
        assertPassedOver(
                with(ANSWERS, "/answers/examples/1/samples", "[{\"output\":\"\",\"stop\":\"\"}]"),
                "answers.examples.samples.outcome");
    }

    @Test
    void allAnswersHaveTheSameScores() throws Exception {
        String same = "answers.examples with the same scores each";
        assertPassedOver(with(ANSWERS, "/answers/examples/1/scores", "{}"), same);
        assertPassedOver(with(ANSWERS, "/answers/examples/0/scores", "{}"), same);
        assertPassedOver(with(ANSWERS, "/answers/examples/1/scores", "{\"official_f1\":1}"), same);
        assertPassedOver(with(ANSWERS, "/answers/examples/1/scores", "{\"official_exact\":1,\"official_f1\":1}"), same);
        RunRecord one = Records.answers("a1", Records.base(), "official_exact", 1);
        assertPassedOver(with(one, "/answers/examples/0/scores", "{}"), same);
    }

    @Test
    void whatATrainingIsReadWithIsNeeded() throws Exception {
        assertNeeded(training(), "/training/folder", "/training/end", "/training/settings", "/training/curve/0/losses");
        assertPassedOver(without(training(), "/training/curve"), "training");
        assertPassedOver(with(training(), "/training/curve/0", "null"), "training");
        assertPassedOver(with(training(), "/training/settings/losses", "null"), "training.settings");
        assertThat(RunRecord.read(with(training(), "/training/curve", "[]"), "here")
                        .kind())
                .as("one that was stopped before its first step")
                .isEqualTo(RunRecord.Kind.TRAINING);
    }

    @Test
    void impossibleNumbersArePassedOver() throws Exception {
        for (String phase : List.of("tokenise", "auxiliary", "predict", "first_step", "decode")) {
            for (String wrong : List.of("-1", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"")) {
                assertPassedOver(
                        with(TIMING, "/timing/samples/1/" + phase, wrong), "timing.samples with a finite " + phase);
            }
        }
        for (String wrong : List.of("0", "-3")) {
            assertPassedOver(with(TIMING, "/timing/tokens", wrong), "timing.tokens");
        }
        RunRecord none = Records.timing("b1", "b1", Records.base(), 5);
        assertPassedOver(
                with(
                        none,
                        "/timing/samples/0",
                        "{\"tokenise\":0,\"auxiliary\":0,\"predict\":0,\"first_step\":0,\"decode\":0,\"decoded_tokens\":0}"),
                "timing.samples with times that take time");
        for (String wrong : List.of("null", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"")) {
            assertPassedOver(
                    with(ANSWERS, "/answers/examples/1/scores/official_exact", wrong), "answers.examples.scores");
        }
        assertThat(RunRecord.read(with(ANSWERS, "/answers/examples/1/scores/official_exact", "-2.5"), "here")
                        .kind())
                .isEqualTo(RunRecord.Kind.ANSWERS);
    }

    @Test
    void whatAnArmNeedNotHaveIsNotAskedFor() throws Exception {
        RunRecord pruned =
                Records.timing("r1", "b1", RunRecord.Subject.alone(Arm.of("random:0.5"), Records.BASE), 5, 6);
        RunRecord other = Records.timing("o1", "b1", RunRecord.Subject.base(Records.BASE), 5, 6);
        for (RunRecord record : List.of(pruned, other)) {
            assertThat(RunRecord.read(record.json(), "here")).isEqualTo(record);
        }
        for (String line : List.of(
                without(ANSWERS, "/subject/made"),
                without(ANSWERS, "/subject/base/hash"),
                without(ANSWERS, "/subject/tail"),
                // as the records beside the report are, whose texts aren't ours to give away
                without(ANSWERS, "/answers/examples/0/prompt"),
                without(ANSWERS, "/answers/examples/0/expected"))) {
            assertThat(RunRecord.read(line, "here").kind()).isEqualTo(RunRecord.Kind.ANSWERS);
        }
        Answered bare = Objects.requireNonNull(RunRecord.read(without(ANSWERS, "/answers/examples/0/prompt"), "here")
                        .answers())
                .examples()
                .get(0);
        assertThat(bare.prompt()).as("what is shown beside the answer").isEmpty();
        Answered program = new Answered(
                "#1",
                "def f",
                "",
                "",
                "text",
                List.of(),
                Map.of("pass@1", 1.0),
                List.of(),
                List.of(new Sample("", "text", Sample.PASSED, "")));
        RunRecord ran = with(ANSWERS, new RunRecord.Answers(asked(), List.of(program)));
        assertThat(RunRecord.read(ran.json(), "here")).isEqualTo(ran);
    }

    private static RunRecord.Asked asked() {
        return new RunRecord.Asked("code", 1, "t".repeat(64), "code.jsonl", "d".repeat(64), 0, 0);
    }

    private static RunRecord with(RunRecord r, RunRecord.Answers answers) {
        return new RunRecord(
                r.schema(),
                r.id(),
                r.session(),
                r.program(),
                r.timestamp(),
                r.subject(),
                r.machine(),
                r.seed(),
                null,
                answers,
                null);
    }

    @Test
    void oneSuchLineLeavesTheOthersToBeReadAndDrawn() throws Exception {
        RunFile runs = new RunFile(home);
        List<RunRecord> good = List.of(
                Records.timing("b1", "b1", Records.base(), 50, 50),
                Records.timing("k2", "b1", Records.predicted(1), 10, 10),
                Records.answers("ab", Records.base(), "official_exact", 1, 1),
                Records.answers("ak", Records.predicted(1), "official_exact", 1, 0));
        List<String> lines = new ArrayList<>();
        good.forEach(record -> lines.add(record.json()));
        lines.add(without(ANSWERS, "/answers/asked"));
        lines.add(with(ANSWERS, "/answers/examples/0/scores", "null"));
        lines.add(without(TIMING, "/timing/shapes"));
        lines.add(with(TIMING, "/timing/samples", "[]"));
        Files.write(runs.file(), lines);
        assertThat(runs.read().records()).isEqualTo(good);
        assertThat(runs.read().faults())
                .hasSize(4)
                .allMatch(fault -> fault.contains("lacks what every run record has and is passed over"));
    }
}
