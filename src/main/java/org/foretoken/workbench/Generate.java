package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.Generator;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Decoder;
import org.foretoken.text.ChatTemplate;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Inference;
import org.jspecify.annotations.Nullable;

/** Answers a prompt by one arm. Runs on the engine thread. */
public final class Generate {
    /**
     * What to generate.
     *
     * @param model a setup's folder, or a model for the base arm alone
     * @param tail prompt tokens that the base reads itself (KV prediction), at least 1; 0 takes the setup's own
     * @param refine tokens after which the predicted cache is made exact (KV prediction); 0 leaves it as it is
     */
    public record Request(
            Path model,
            Arm arm,
            Prompt prompt,
            Sampling sampling,
            int maxTokens,
            List<String> stops,
            int tail,
            int refine) {
        /** One that leaves the cache as it was filled. */
        public Request(
                Path model, Arm arm, Prompt prompt, Sampling sampling, int maxTokens, List<String> stops, int tail) {
            this(model, arm, prompt, sampling, maxTokens, stops, tail, 0);
        }
    }

    /** Hears the answer while it comes, on the engine thread. */
    public interface Listener {
        /** Its turn has come; who queues answers says so. */
        default void onTurn() {}

        /** The first token's id is known. {@code times.decode()} is 0. */
        default void onFirst(PhaseTimes times) {}

        /** A token. {@code text} is what became readable with it, perhaps nothing yet. */
        void onToken(int id, String text);

        /** Text that was held back because it could have been a stop string; it belongs to tokens heard before. */
        default void onText(String text) {}
    }

    /** Enough for every loop to be met, few enough that nobody waits for them. */
    private static final int WARM_UP_TOKENS = 128;

    /** As much is written before an answer counts: the loops for single tokens are compiled again for the first ones. */
    private static final int WARM_UP_ANSWER = 16;

    /** A model that reads a prompt in milliseconds goes on doing so for this long: cold code would be most of its time. */
    private static final long WARM_UP_NANOS = 500_000_000;

    /** Nobody minds waiting this long for an answer whose time is right. */
    private static final Duration LONGEST_LULL = Duration.ofSeconds(1);

    private final Workbench workbench;

    public Generate(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Answers.
     *
     * @throws ForetokenException when model, setup or prompt can't be used
     */
    public GenerationResult run(Request request, Listener listener, Progress progress) throws ForetokenException {
        if (request.maxTokens() < 1) {
            throw new ForetokenException("An answer has at least one token: set the most tokens to 1 or more.");
        }
        Generator generator = generator(request, progress);
        Tokenizer tokenizer = generator.tokenizer();
        Set<Integer> endOfText = tokenizer == null ? Set.of() : tokenizer.endOfText();
        Generator.Limits limits = new Generator.Limits(request.maxTokens(), endOfText, request.stops());
        Forward forward = new Forward(listener);
        answers(request, 0, progress);
        try (Inference mode = Inference.begin()) {
            GenerationResult result = generator.run(
                    () -> encode(request.prompt(), tokenizer, request.model()),
                    request.sampling(),
                    limits,
                    forward,
                    () -> answers(request, forward.count, progress),
                    workbench.threads());
            workbench.models().setAnswered(request.model(), request.arm());
            workbench.weigh();
            return result;
        }
    }

    /**
     * Has an arm read the prompt untimed, if it hasn't answered before: what the first answer of all takes beside, compiling and weights that are touched for
     * the first time, is no arm's time to first token. The prompt's beginning is read as often as before a measurement and a little is written; the whole
     * prompt follows while that takes no time to speak of.
     *
     * @throws ForetokenException when model, setup or prompt can't be used
     */
    public void warmUp(Request request, Progress progress) throws ForetokenException {
        if (workbench.models().hasAnswered(request.model(), request.arm())) {
            return;
        }
        progress.report("Warming up: " + request.arm().label(), 0, 0);
        int[] ids = encode(request.prompt(), generator(request, progress).tokenizer(), request.model());
        if (ids.length == 0) {
            return;
        }
        Prompt all = Prompt.of(Arrays.stream(ids).boxed().toList());
        Prompt few = Prompt.of(Arrays.stream(ids).limit(WARM_UP_TOKENS).boxed().toList());
        long start = System.nanoTime();
        for (int i = 0; i < TtftProtocol.WARM_UPS; i++) {
            warmUp(request, few, i == 0 ? WARM_UP_ANSWER : 1, progress);
        }
        while (System.nanoTime() - start < WARM_UP_NANOS) {
            warmUp(request, all, 1, progress);
        }
    }

    private void warmUp(Request request, Prompt prompt, int tokens, Progress progress) throws ForetokenException {
        run(
                new Request(request.model(), request.arm(), prompt, Sampling.GREEDY, tokens, List.of(), request.tail()),
                (id, text) -> {},
                progress);
    }

    /**
     * Waits, a second at most, until this process does nothing else: for a window, which draws that an arm's turn has come, and has the JIT compile how.
     */
    public void settle(Request request, Progress progress) {
        answers(request, 0, progress);
        Lull.await(LONGEST_LULL);
    }

    private static void answers(Request request, int tokens, Progress progress) {
        progress.report(request.arm().label() + " answers", tokens, request.maxTokens());
    }

    /** Who answers and how its cache is filled; loads what is not in memory yet. */
    Generator generator(Request request, Progress progress) throws ForetokenException {
        if (request.refine() > 0 && request.arm().kind() != Arm.Kind.KV_PREDICTION) {
            throw new ForetokenException("The arm " + request.arm().key()
                    + " has no predicted cache to make exact: leave refining out, or choose the arm kv.");
        }
        LoadedModels models = workbench.models();
        if (!SetupFile.isIn(request.model())) {
            if (request.arm().needsSetup() && Files.exists(request.model())) {
                throw new ForetokenException(
                        request.model() + " is a model, not a setup, and can only answer as the base, whole or pruned:"
                                + " make a setup with 'foretoken prune' or 'foretoken setup'.");
            }
            LoadedModels.Model model = models.model(request.model(), progress);
            return new Generator(
                    request.arm(),
                    model.decoder(),
                    request.arm().prefill(model.decoder(), null, 1),
                    model.tokenizer(),
                    0);
        }
        LoadedModels.LoadedSetup loaded = models.setup(request.model(), progress);
        Arm arm = request.arm();
        if (arm.predicts() && !loaded.setup().canPredict()) {
            throw noPredictor(loaded.folder());
        }
        int tail = request.tail() > 0 ? request.tail() : loaded.file().tail();
        Decoder base = loaded.base().decoder();
        return new Generator(
                arm,
                arm.decoder(base, loaded.setup()),
                arm.prefill(base, loaded.setup(), tail),
                loaded.base().tokenizer(),
                request.refine());
    }

    static ForetokenException noPredictor(Path folder) {
        return new ForetokenException(folder
                + " has no predictor yet: calibrate it ('foretoken calibrate --setup …', or Calibrate in the window).");
    }

    /** A prompt's tokens: BOS as the tokenizer wants it, but none of its own around a chat template's text. */
    static int[] encode(Prompt prompt, @Nullable Tokenizer tokenizer, Path model) throws ForetokenException {
        if (!prompt.ids().isEmpty()) {
            return prompt.ids().stream().mapToInt(Integer::intValue).toArray();
        }
        if (tokenizer == null) {
            throw LoadedModels.noTokenizer(model);
        }
        if (prompt.text().isEmpty()) {
            return new int[0];
        }
        if (!prompt.chat()) {
            return tokenizer.encode(checked(prompt.text()), true);
        }
        ChatTemplate template = tokenizer
                .chatTemplate()
                .orElseThrow(() -> new ForetokenException(
                        model + " has no chat template: prompt it without --chat, or choose a model made for chat."));
        return tokenizer.encode(
                checked(template.render(List.of(new ChatTemplate.Message("user", prompt.text())), true)), false);
    }

    private static String checked(String text) throws ForetokenException {
        if (text.length() > Tokenizer.MOST_CHARACTERS) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "The prompt has %,d characters, more than the %,d that can be tokenized at once: shorten it.",
                    text.length(),
                    Tokenizer.MOST_CHARACTERS));
        }
        return text;
    }

    private static final class Forward implements Generator.Listener {
        private final Listener listener;
        private int count; // tokens heard

        Forward(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onFirst(PhaseTimes times) {
            listener.onFirst(times);
        }

        @Override
        public void onToken(int id, String text) {
            count++;
            listener.onToken(id, text);
        }

        @Override
        public void onText(String text) {
            listener.onText(text);
        }
    }
}
