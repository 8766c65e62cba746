package org.foretoken.workbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.PredictionQuality;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Questions.Question;
import org.foretoken.eval.Sample;
import org.foretoken.eval.Task;
import org.foretoken.eval.sandbox.Sandbox;
import org.foretoken.eval.sandbox.Verdict;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.Generator;
import org.foretoken.generate.Likelihood;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.prefill.KeptPrompt;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Inference;
import org.jspecify.annotations.Nullable;

/**
 * Puts a task's questions to one arm: words are chosen greedily, programs drawn as asked for and run, likelihoods measured with every position predicted.
 *
 * @param windows of a task on text
 * @param sandbox of a task whose answers are run
 */
record Examiner(
        Evaluate.Request request,
        Generator generator,
        LoadedModels.@Nullable LoadedSetup setup,
        @Nullable TextWindows windows,
        @Nullable Sandbox sandbox,
        int threads) {
    private static final Generator.Listener SILENT = new Generator.Listener() {
        @Override
        public void onFirst(PhaseTimes times) {}

        @Override
        public void onToken(int id, String text) {}

        @Override
        public void onText(String text) {}
    };

    /** A context and what may follow it, at least one token each. */
    private static final class Pair {
        final int[] context;
        final int[] continuation;

        Pair(int[] context, int[] continuation) {
            this.context = context;
            this.continuation = continuation;
        }
    }

    Arm arm() {
        return generator.arm();
    }

    /** What several prompts are, taken together. */
    static final class Prompts {
        private int @Nullable [] beginning;
        private int longest;

        /** Adds one. */
        void add(int[] ids) {
            int[] before = beginning == null ? ids : beginning;
            int same = Arrays.mismatch(before, ids);
            beginning = same < 0 ? before : Arrays.copyOf(before, same);
            longest = Math.max(longest, ids.length);
        }

        /** The tokens that all begin with. */
        int[] beginning() {
            return beginning == null ? new int[0] : beginning;
        }

        /** Tokens of the longest. */
        int longest() {
            return longest;
        }
    }

    /**
     * Refuses what a model of the setup can't read.
     *
     * @param all told what will be read
     */
    void check(Question question, Prompts all) throws ForetokenException {
        Task task = request.task();
        if (task.kind().isAnswered()) {
            check(encode(question.prompt()), all);
        } else if (task.kind() == Metric.Kind.CHOICE) {
            for (String choice : question.choices()) {
                Pair pair = pair(question, choice);
                check(Likelihood.read(pair.context, pair.continuation), all);
            }
        } else {
            int[] window = window(question);
            check(Arrays.copyOf(window, window.length - 1), all);
        }
    }

    private void check(int[] ids, Prompts all) throws ForetokenException {
        all.add(ids);
        Generator.check(ids, generator.decoder().config());
        if (setup != null) {
            Generator.check(ids, setup.base().decoder().config());
            Generator.check(ids, setup.auxiliary().config());
        }
    }

    private int[] encode(String text) throws ForetokenException {
        return Generate.encode(Prompt.of(text), generator.tokenizer(), request.model());
    }

    private int[] window(Question question) {
        return Objects.requireNonNull(windows).of(question);
    }

    /** What reads the prompts, so that what all begin with is read once; null where each is read for itself. Closed by the caller. */
    @Nullable
    KeptPrompt keep(Prompts all) {
        try (Inference mode = Inference.begin()) {
            return generator.prefill().keep(all.beginning(), all.longest());
        }
    }

    /**
     * Puts a question.
     *
     * @param index of the question, from 0 on
     * @param kept made by {@link #keep}
     */
    Answered answer(Question question, int index, @Nullable KeptPrompt kept, Runnable cancelled)
            throws ForetokenException {
        Task task = request.task();
        Generator by = kept == null ? generator : generator.with(kept);
        try (Inference mode = Inference.begin()) {
            return switch (task.kind()) {
                case ANSWER -> words(task, question, by, cancelled);
                case CODE -> programs(task, question, index, by, cancelled);
                case CHOICE -> choice(task, question, new Likelihood(Objects.requireNonNull(kept)), cancelled);
                case TEXT -> text(question, new Likelihood(Objects.requireNonNull(kept)), cancelled);
            };
        }
    }

    private Answered words(Task task, Question question, Generator by, Runnable cancelled) throws ForetokenException {
        GenerationResult result = generate(task, question, by, Sampling.GREEDY, cancelled);
        return Answered.of(task, question, result.text(), stop(result));
    }

    private static String stop(GenerationResult result) {
        return result.stop().name().toLowerCase(Locale.ROOT);
    }

    private GenerationResult generate(Task task, Question question, Generator by, Sampling sampling, Runnable cancelled)
            throws ForetokenException {
        Tokenizer tokenizer = by.tokenizer();
        Set<Integer> endOfText = tokenizer == null ? Set.of() : tokenizer.endOfText();
        return by.run(
                () -> encode(question.prompt()),
                sampling,
                new Generator.Limits(task.maxTokens(), endOfText, task.stops()),
                SILENT,
                cancelled,
                threads);
    }

    /** The seed follows from question and sample, so that who goes on after an interruption draws the same. */
    private Answered programs(Task task, Question question, int index, Generator by, Runnable cancelled)
            throws ForetokenException {
        Evaluate.Running running = Objects.requireNonNull(request.running());
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < running.samples(); i++) {
            long offset = (long) index * running.samples() + i;
            GenerationResult result = generate(
                    task,
                    question,
                    by,
                    running.sampling().withSeed(running.sampling().seed() + offset),
                    cancelled);
            Verdict verdict = Objects.requireNonNull(sandbox).run(question.program(result.text()), cancelled);
            samples.add(
                    new Sample(result.text(), stop(result), verdict.outcome().label(), verdict.detail()));
        }
        return Answered.ofSamples(task, question, samples);
    }

    private Answered choice(Task task, Question question, Likelihood likelihood, Runnable cancelled)
            throws ForetokenException {
        List<Pair> pairs = new ArrayList<>();
        for (String choice : question.choices()) {
            pairs.add(pair(question, choice));
        }
        int[] context = pairs.get(0).context; // of them all
        List<int[]> continuations =
                pairs.stream().map(pair -> pair.continuation).toList();
        return Answered.of(task, question, likelihood.logs(context, continuations, cancelled));
    }

    /**
     * As lm-eval cuts: spaces at the context's end belong to the continuation, which is what the whole has beyond the context's tokens.
     */
    private Pair pair(Question question, String choice) throws ForetokenException {
        String prompt = question.prompt();
        String context = prompt.stripTrailing();
        int[] before = encode(context);
        int[] whole = encode(prompt + " " + choice);
        if (before.length == 0 || whole.length <= before.length) {
            throw new ForetokenException(
                    "The choice '" + choice + "' adds no token to its context: the task can't be asked of this model.");
        }
        return new Pair(before, Arrays.copyOfRange(whole, before.length, whole.length));
    }

    private Answered text(Question question, Likelihood likelihood, Runnable cancelled) {
        int[] window = window(question);
        Map<Metric, Double> measured = new LinkedHashMap<>();
        if (arm().equals(Arm.KV_PREDICTION) && setup != null) {
            cancelled.run();
            PredictionQuality quality = PredictionQuality.measure(setup.setup(), List.of(window), 0, Progress.NONE);
            measured.put(Metric.LOSS, quality.loss());
            measured.put(Metric.KL, quality.kl());
            measured.put(Metric.TOP_ONE, quality.topOne());
        } else {
            int[] rest = Arrays.copyOfRange(window, 1, window.length);
            double log = likelihood.log(new int[] {window[0]}, rest, cancelled);
            measured.put(Metric.LOSS, -log / rest.length);
        }
        return Answered.of(question, measured);
    }
}
