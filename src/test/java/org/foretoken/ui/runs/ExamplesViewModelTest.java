package org.foretoken.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.foretoken.eval.Answered;
import org.foretoken.ui.runs.ExamplesViewModel.Which;
import org.junit.jupiter.api.Test;

/** The questions of the chosen records. */
class ExamplesViewModelTest extends RunsViewModelFixture {
    @Test
    void questionsAreSeenBesideTheBasesAnswers() {
        select("akv");
        model.openExamples();
        threads.settle();
        ExamplesViewModel examples = model.examples();
        assertThat(examples.other()).isEqualTo("base");
        assertThat(examples.shownProperty().get()).hasSize(40);
        assertThat(examples.summary())
                .isEqualTo("triviaqa, 40 questions: half, KV prediction, tail 1 beside big, base; scores by"
                        + " official exact differ in 16 of 40: 11 higher, 5 lower.");
        assertThat(examples.place()).isEqualTo("1 of 40");
        examples.next();
        assertThat(examples.currentProperty().get().orElseThrow().number()).isEqualTo(2);
        examples.whichProperty().set(Which.SCORES);
        assertThat(examples.shownProperty().get())
                .hasSize(16)
                .extracting(example -> example.number() - 1)
                .allMatch(i -> (i % 3 == 0) != (i % 5 == 0));
        // the one looked at isn't among them
        assertThat(examples.currentProperty().get().orElseThrow().number()).isEqualTo(4);
        examples.previous();
        assertThat(examples.place()).isEqualTo("1 of 16");
        assertThat(ExamplesViewModel.question(
                        examples.currentProperty().get().orElseThrow().own()))
                .isEqualTo("Q: Who built lighthouse number 3 on Shetland? ↵ A:");
        examples.close();
        assertThat(examples.openedProperty().get()).isEmpty();
        assertThat(examples.currentProperty().get()).isEmpty();
    }

    @Test
    void theQuestionAskedIsShownWithoutItsShots() {
        assertThat(question("Question: Which class is oak of?\nAnswer: tree\nQuestion: Which is essay of?\nAnswer:"))
                .as("the quiz and TriviaQA")
                .isEqualTo("Question: Which is essay of? ↵ Answer:");
        assertThat(question("Answer these questions:\n\nQ: who sang it?\nA: Tom\nQ: who wrote it?\nA:"))
                .as("NQ-open")
                .isEqualTo("Q: who wrote it? ↵ A:");
        assertThat(question("Question: Why?\nAnswer: so\n\nQuestion: What is shown?\n\nA bird.\nAnswer:"))
                .as("ARC")
                .isEqualTo("Question: What is shown? ↵  ↵ A bird. ↵ Answer:");
        assertThat(question("Sailing: A man. He sails.\n\nRowing: A boat leaves. She"))
                .as("HellaSwag")
                .isEqualTo("Rowing: A boat leaves. She");
        assertThat(question(
                        "import re\n\n\ndef one(x):\n    return x\n\n\ndef two(x):\n    \"\"\"Twice.\n\n    >>> 1\n"))
                .as("HumanEval")
                .isEqualTo("def two(x): ↵     \"\"\"Twice. ↵  ↵     >>> 1");
    }

    private static String question(String prompt) {
        return ExamplesViewModel.question(new Answered("#1", prompt, "", "", "", List.of(), Map.of(), List.of()));
    }

    @Test
    void withoutTheBasesAnswersItIsSaid() {
        select("aquiz");
        model.openExamples();
        threads.settle();
        assertThat(model.examples().summary()).contains("evaluate the base, too");
        assertThat(model.examples().other()).isEmpty();
        model.examples().whichProperty().set(Which.ANSWERS);
        assertThat(model.examples().place()).isEqualTo("none");
        select("text");
        model.openExamples();
        threads.settle();
        assertThat(ExamplesViewModel.said(
                        model.examples().currentProperty().get().orElseThrow().own()))
                .isEqualTo("loss 3.10, KL 0.200, top one 0.800");
    }

    @Test
    void onlyAnswersHaveQuestions() {
        select("k512");
        assertThat(model.hasExamples()).isFalse();
        model.openExamples();
        threads.settle();
        assertThat(model.examples().openedProperty().get()).isEmpty();
        select("abase", "akv");
        assertThat(model.hasExamples()).isTrue();
        model.openExamples();
        threads.settle();
        assertThat(model.examples().own()).isEqualTo("KV prediction, tail 1");
        assertThat(model.examples().other()).isEqualTo("base");
    }
}
