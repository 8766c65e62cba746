package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.RunComparison.Row;
import org.foretoken.workbench.RunExamples.Example;
import org.junit.jupiter.api.Test;

/** Records side by side: figures by hand. */
class RunComparisonTest {
    private static final RunWords WORDS = new RunWords(value -> String.format(Locale.ROOT, "%.2f", value));
    private static final double[] BASE = {10, 11, 12, 10, 11, 12, 10, 11, 12};
    private static final double[] OWN = {5, 5.5, 6, 5, 5.5, 6, 5, 5.5, 6};

    private static RunComparison compare(RunRecord... records) {
        return RunComparison.of(List.of(records), WORDS);
    }

    @Test
    void timesOfOneSessionHaveAGain() {
        RunRecord base = Records.timing("b", "b", Records.base(), BASE);
        RunRecord own = Records.timing("k", "b", Records.predicted(1), OWN);
        RunComparison comparison = compare(own, base);
        assertThat(comparison.records()).containsExactly(base, own);
        assertThat(comparison.figures())
                .containsExactly(
                        new Row("TTFT", List.of("11.00 (10.00–12.00) ms", "5.50 (5.00–6.00) ms")),
                        // in every turn it is twice as fast, however long the turn took
                        new Row("gain over the first", List.of("–", "2.00")),
                        new Row(
                                "phases",
                                List.of(
                                        "tokenise 0.25, auxiliary 0.50, predict 0.25, first step 10.00 ms",
                                        "tokenise 0.25, auxiliary 0.50, predict 0.25, first step 4.50 ms")));
        assertThat(comparison.differences())
                .extracting(Row::name)
                .contains("arm", "setup", "layer map")
                .doesNotContain("base", "machine", "record", "ended", "result", "samples");
        assertThat(comparison.differences().get(0).values()).containsExactly("base", "kv, tail 1");
        assertThat(comparison.differences().get(1).values()).containsExactly("–", "half, setups/half");
    }

    /** Records of turns have as many samples each; these were changed by somebody. */
    @Test
    void timesThatTookNoTurnsHaveNone() {
        RunComparison comparison = compare(
                Records.timing("b", "b", Records.base(), BASE), Records.timing("k", "b", Records.predicted(1), 5, 6));
        assertThat(comparison.figures()).extracting(Row::name).containsExactly("TTFT", "phases");
    }

    @Test
    void timesOfTwoSessionsHaveNone() {
        RunComparison comparison = compare(
                Records.timing("b", "b", Records.base(), BASE),
                Records.timing("k", "other", Records.predicted(1), OWN));
        assertThat(comparison.figures()).extracting(Row::name).containsExactly("TTFT", "phases");
        assertThat(comparison.notes()).singleElement().asString().contains("weren't taken in turns");
    }

    @Test
    void answersAreComparedQuestionByQuestion() {
        RunRecord base = Records.answers("b", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord own = Records.answers("k", Records.predicted(1), "official_exact", 1, 0, 1, 1);
        RunComparison comparison = compare(base, own);
        assertThat(comparison.figures())
                .extracting(Row::name)
                .containsExactly("official exact", "official exact over the first's", "differs from the first in");
        assertThat(comparison.figures().get(0).values().get(0)).matches("0\\.75 ± 0\\.25 \\(0\\.30–0\\.95\\)");
        assertThat(comparison.figures().get(1).values().get(1)).startsWith("1.00 (");
        assertThat(comparison.figures().get(2).values()).containsExactly("–", "2 of 4: 1 higher, 1 lower");
        assertThat(comparison.notes()).isEmpty();
        RunRecord fewer = Records.answers("f", Records.predicted(1), "official_exact", 1, 0);
        assertThat(compare(base, own, fewer).notes()).singleElement().asString().contains("different questions");
        assertThat(compare(base, own, fewer).figures().get(1).values().get(2)).isEqualTo("–");
    }

    @Test
    void differentKindsAreComparedByWhatIsKnownOfThem() {
        RunComparison comparison = compare(
                Records.timing("b", "b", Records.base(), BASE),
                Records.answers("a", Records.predicted(1), "official_exact", 1, 0));
        assertThat(comparison.figures())
                .extracting(Row::values)
                .containsExactly(List.of("11.00 (10.00–12.00) ms", "–"), List.of("–", "0.50 ± 0.50 (0.09–0.91)"));
        assertThat(comparison.notes()).singleElement().asString().contains("different kinds");
    }

    @Test
    void examplesStandBesideTheBasesAnswersToTheSameQuestions() {
        RunRecord other = Records.answers("o", Records.base(), "official_exact", 1, 1);
        RunRecord base = Records.answers("b", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord own = Records.answers("k", Records.predicted(1), "official_exact", 1, 0, 1, 1);
        RunRecord kv = Records.answers("x", Records.predicted(2), "official_exact", 1, 0, 1, 1);
        RunExamples examples = RunExamples.besideBase(own, List.of(base, other, kv, own));
        assertThat(examples.other()).contains(base);
        assertThat(examples.examples()).extracting(Example::scoresDiffer).containsExactly(false, true, false, true);
        assertThat(examples.examples()).extracting(Example::answersDiffer).containsOnly(false);
        assertThat(examples.differing()).contains("2 of 4: 1 higher, 1 lower");
        assertThat(RunExamples.besideBase(own, List.of(other, kv, own)).other()).isEmpty();
        assertThat(RunExamples.besideBase(base, List.of(base, own)).other())
                .as("the base beside itself says nothing")
                .isEmpty();
        assertThat(RunExamples.beside(kv, own).other()).isEqualTo(Optional.of(own));
    }

    @Test
    void answersThatWereDrawnDifferentlyAreNotComparedOneByOne() {
        RunRecord base = Records.answers("b", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord own = Records.answers("k", Records.predicted(1), "official_exact", 1, 0, 1, 1);
        RunRecord drawn = Records.asked(own, 1, 0, new Sampling(0.8, 0, 0.95, 0, 1, 7));
        assertThat(RunExamples.besideBase(Records.asked(own, 1, 0, null), List.of(base))
                        .other())
                .contains(base);
        assertThat(RunExamples.besideBase(drawn, List.of(base)).other()).isEmpty();
        assertThat(compare(base, drawn).figures()).extracting(Row::name).containsExactly("official exact");
        assertThat(compare(base, drawn).notes()).singleElement().asString().contains("drawn differently");
    }
}
