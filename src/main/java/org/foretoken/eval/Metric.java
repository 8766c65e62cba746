package org.foretoken.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is measured on a question. */
public enum Metric {
    /** lm-evaluation-harness on TriviaQA: equal but for case and ASCII punctuation, which is deleted. */
    LM_EVAL_TRIVIAQA,
    /** lm-evaluation-harness on NQ-open: as on TriviaQA, articles deleted first. */
    LM_EVAL_NQ_OPEN,
    /** The official TriviaQA script's exact match: case, articles, spaces and punctuation make no difference. */
    OFFICIAL_EXACT,
    /** The official TriviaQA script's F1 over the words of answer and expected answer. */
    OFFICIAL_F1,
    /** Multiple choice: whether the likeliest continuation is the right one. */
    ACC(Kind.CHOICE),
    /** Multiple choice: the same by log-likelihood over the continuation's length in characters, as lm-eval has it. */
    ACC_NORM(Kind.CHOICE),
    /** Text: mean negative log-likelihood of a token, nats; perplexity is its exponential. */
    LOSS(Kind.TEXT),
    /** Text, KV prediction: mean KL(base ‖ predicted) of the next token, nats. */
    KL(Kind.TEXT),
    /** Text, KV prediction: share of positions where the base finds the same next token most likely. */
    TOP_ONE(Kind.TEXT),
    /** Programs: the chance that the answer passes the question's tests, by {@link PassAtK}. */
    PASS_AT_1(1),
    /** Programs: the chance that one of ten answers passes. */
    PASS_AT_10(10),
    /** Programs: the chance that one of a hundred answers passes. */
    PASS_AT_100(100);

    /** What a task of such a metric wants of a model. */
    public enum Kind {
        /** Words, greedily chosen. */
        ANSWER,
        /** A part of a program, which is run. */
        CODE,
        /** The likelihood of each of some continuations. */
        CHOICE,
        /** The likelihood of a text. */
        TEXT;

        /** Whether a model is to answer, token after token, and not to say how likely something is. */
        public boolean isAnswered() {
            return this == ANSWER || this == CODE;
        }
    }

    private final Kind kind;
    private final int k;

    Metric() {
        this(Kind.ANSWER);
    }

    Metric(Kind kind) {
        this.kind = kind;
        this.k = 0;
    }

    Metric(int k) {
        this.kind = Kind.CODE;
        this.k = k;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether more of it is better; of a loss and a divergence less is. */
    public boolean higherIsBetter() {
        return this != LOSS && this != KL;
    }

    /** How many answers one of which has to pass; 0 for what isn't about programs. */
    int k() {
        return k;
    }

    /** As task files and tables write it, such as {@code official_exact} or {@code pass@10}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace("_at_", "@");
    }

    /** What is shown of its mean: a loss as the perplexity that it is the logarithm of. */
    public String shown() {
        return this == LOSS ? "perplexity" : label();
    }

    /** What people call a metric of that label, or what is {@link #shown} of it: {@code official_exact} is "official exact". */
    public static String words(String label) {
        return label.equals(KL.label()) ? "KL" : label.replace('_', ' ');
    }

    /** The metric of a label, as task files and the command line write it. */
    public static Optional<Metric> find(String label) {
        return Arrays.stream(values())
                .filter(metric -> metric.label().equals(label))
                .findFirst();
    }

    /** What to say of a label that there is no metric of. */
    public static String unknown(String label) {
        return "there is no metric '" + label + "': choose "
                + Arrays.stream(values()).map(Metric::label).collect(Collectors.joining(", "));
    }

    /**
     * The score of an answer in words: the best over those expected, 0 to 1.
     *
     * @param prediction without the spaces around it
     * @param answers any of which will do
     */
    public double score(String prediction, List<String> answers) {
        double best = 0;
        for (String answer : answers) {
            best = Math.max(best, this == OFFICIAL_F1 ? f1(prediction, answer) : exact(prediction, answer));
        }
        return best;
    }

    private double exact(String prediction, String answer) {
        return normal(prediction).equals(normal(answer)) ? 1 : 0;
    }

    private String normal(String text) {
        return switch (this) {
            case LM_EVAL_TRIVIAQA -> Normalisation.lmEval(text);
            case LM_EVAL_NQ_OPEN -> Normalisation.lmEvalNqOpen(text);
            case OFFICIAL_EXACT, OFFICIAL_F1 -> Normalisation.official(text);
            default -> throw new IllegalStateException(label() + " scores no words");
        };
    }

    private static double f1(String prediction, String answer) {
        List<String> said = Normalisation.words(prediction);
        List<String> expected = Normalisation.words(answer);
        List<String> left = new ArrayList<>(expected);
        long common = said.stream().filter(left::remove).count();
        if (common == 0) {
            return 0;
        }
        double precision = (double) common / said.size();
        double recall = (double) common / expected.size();
        return 2 * precision * recall / (precision + recall);
    }
}
