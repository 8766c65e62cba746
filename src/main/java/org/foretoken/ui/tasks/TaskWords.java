package org.foretoken.ui.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.eval.Task;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.tasks.TasksViewModel.Stage;
import org.foretoken.workbench.RunWords;

/** Tasks and scores in words. */
final class TaskWords {
    private static final RunWords WORDS = new RunWords(Numbers::significant);

    private TaskWords() {}

    /** What a task that comes with the program is about, in a line; empty for another. */
    static String about(String name) {
        return switch (name) {
            case "quiz" -> "Words and their classes, from the text that the sample models learned";
            case "triviaqa" -> "TriviaQA with the paper's prompt, scored as by its official script";
            case "triviaqa-lm-eval" -> "TriviaQA with lm-eval's prompt and score";
            case "triviaqa-lm-eval-default" -> "TriviaQA with the prompt that lm-eval has unless told otherwise";
            case "nq-open" -> "Natural Questions without a text to read, scored as by lm-eval";
            case "humaneval" -> "Python functions to complete; what is written is run";
            case "humaneval-stripped" -> "HumanEval with prompts that end without a line end";
            case "hellaswag" -> "Which of four sentences goes on from a beginning";
            case "arc" -> "Science questions of a school, with choices";
            case "piqa" -> "Which of two ways leads to an end, in everyday physics";
            case "perplexity" -> "How likely any text is, and where the next token changes";
            default -> "";
        };
    }

    /** How a task is put and scored. */
    static String how(Task task) {
        List<String> parts = new ArrayList<>();
        parts.add(
                switch (task.kind()) {
                    case ANSWER -> "Answers of up to " + Numbers.count(task.maxTokens(), "token");
                    case CODE -> "Programs of up to " + Numbers.count(task.maxTokens(), "token") + ", which are run";
                    case CHOICE -> "The likeliest choice";
                    case TEXT -> "Windows of " + Numbers.count(task.window(), "token");
                });
        parts.add(task.metrics().stream().map(TaskWords::name).collect(Collectors.joining(", ")));
        return String.join("; ", parts) + ".";
    }

    /** A metric as columns are headed: a loss is shown as what it is the logarithm of. */
    static String name(Metric metric) {
        return Metric.words(metric.shown());
    }

    /** A score with its standard error, where samples that differ tell one. */
    private static String score(Score score) {
        return Numbers.significant(score.mean())
                + (score.standardError() > 0 ? " ± " + Numbers.significant(score.standardError()) : "");
    }

    /** An arm's score over the base's; a dash where that is nothing. */
    static String ratio(ArmAnswers arm, ArmAnswers base, Metric metric) {
        return arm.ratio(base, metric).map(WORDS::value).orElse(Numbers.DASH);
    }

    /** An arm's score by a metric; a dash for none. A share has its interval: its standard error is 0 where all is right. */
    static String score(ArmAnswers arm, Metric metric) {
        return arm.share(metric)
                .map(WORDS::value)
                .or(() -> arm.score(metric)
                        .map(score -> metric == Metric.LOSS ? score.exponential() : score)
                        .map(TaskWords::score))
                .orElse(Numbers.DASH);
    }

    /** What was asked, of whom. */
    static String title(Evaluation evaluation) {
        Task task = evaluation.request().task();
        String shots =
                task.kind() == Metric.Kind.TEXT ? "" : ", " + task.shots().count() + "-shot";
        return task.name() + shots + ": " + evaluation.measured();
    }

    /** Each arm's score by the task's own metric. */
    static String headline(Evaluation evaluation) {
        Metric metric = evaluation.request().task().metrics().get(0);
        return evaluation.arms().stream()
                .map(arm -> arm.arm().label() + " " + score(arm, metric))
                .collect(Collectors.joining(", "));
    }

    /** How it stands, in a sentence. */
    static String state(Evaluation evaluation, Stage stage) {
        String soFar = evaluation.wanted() == 0
                ? "before the first answer"
                : "after " + Numbers.count(evaluation.answers()) + " of "
                        + Numbers.count(evaluation.wanted(), "answer");
        String goesOn = evaluation.answers() == 0 ? "" : " Asking the same again goes on from there.";
        return switch (stage) {
            case RUNNING -> "";
            case STOPPING -> "Stopping: this answer is given up.";
            case STOPPED -> "Stopped " + soFar + "." + goesOn;
            case FAILED ->
                evaluation.failure().orElse("")
                        + (evaluation.answers() == 0 ? "" : " It ended " + soFar + "." + goesOn);
            case DONE -> "Recorded as " + String.join(", ", evaluation.records()) + ".";
        };
    }
}
