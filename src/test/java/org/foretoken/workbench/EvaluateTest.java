package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.foretoken.workbench.Evaluate.ArmResult;
import org.foretoken.workbench.Evaluate.Request;
import org.foretoken.workbench.Evaluate.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation from question to file, on models that know nothing. */
class EvaluateTest {
    private static final List<Arm> ALL = Arm.OF_A_SETUP;
    private static final int QUESTIONS = 6;

    @TempDir
    Path home;

    private Workbench workbench = new Workbench(Path.of(""));
    private Path setup = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
        setup = TinyModels.setup(workbench, home);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= QUESTIONS; i++) {
            lines.append(String.format("{\"question\": \"what is %d\", \"answer\": [\"%d\"]}%n", i, i));
        }
        data = Files.writeString(home.resolve("data.jsonl"), lines);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private static Task task() throws ForetokenException {
        return Task.of("nq-open").withShots(1);
    }

    private Result evaluate(Request request, Evaluate.Listener listener) throws ForetokenException {
        return workbench
                .jobs()
                .submit("test", progress -> new Evaluate(workbench).run(request, listener, progress))
                .await();
    }

    private Result evaluate(List<Arm> arms, int limit, Path out) throws ForetokenException {
        return evaluate(new Request(setup, task(), data, arms, limit, 0, out), (arm, number, of, answer) -> {});
    }

    private static String read(Path folder, String arm) throws IOException {
        return Files.readString(folder.resolve(arm + ".jsonl"));
    }

    @Test
    void everyArmAnswersEveryQuestionAndIsScored() throws Exception {
        List<String> heard = new ArrayList<>();
        Request request = new Request(setup, task(), data, ALL, 0, 3, home.resolve("out"));
        Result result = evaluate(request, (arm, number, of, answer) -> heard.add(arm.kind() + " " + number + "/" + of));
        assertThat(heard).hasSize(3 * QUESTIONS).contains("BASE 1/6", "KV_PREDICTION 6/6");
        assertThat(result.arms()).extracting(ArmResult::arm).containsExactlyElementsOf(ALL);
        for (ArmResult arm : result.arms()) {
            assertThat(arm.answers()).hasSize(QUESTIONS);
            assertThat(arm.score(Metric.LM_EVAL_NQ_OPEN).n()).isEqualTo(QUESTIONS);
            Answered first = arm.answers().get(0);
            assertThat(first.id()).isEqualTo("#2");
            assertThat(first.prompt()).endsWith("Q: what is 0?\nA: 0\nQ: what is 1?\nA:");
            assertThat(first.expected()).containsExactly("1");
            assertThat(first.scores()).containsOnlyKeys("lm_eval_nq_open", "official_exact", "official_f1");
        }
        assertThat(result.arms().get(1).header().tail()).isEqualTo(3);
        // three different readers say three different things
        assertThat(result.arms().stream()
                        .map(arm -> arm.answers().stream().map(Answered::output).toList())
                        .distinct())
                .hasSize(3);
        assertThat(read(home.resolve("out"), "auxiliary").lines()).hasSize(1 + QUESTIONS);
    }

    @Test
    void anArmSaysWhatGenerateSays() throws Exception {
        Result result = evaluate(ALL, 2, home.resolve("out"));
        for (ArmResult arm : result.arms()) {
            Answered second = arm.answers().get(1);
            Generate.Request request = new Generate.Request(
                    setup,
                    arm.arm(),
                    Prompt.of(second.prompt()),
                    org.foretoken.generate.Sampling.GREEDY,
                    task().maxTokens(),
                    task().stops(),
                    0);
            assertThat(workbench
                            .jobs()
                            .submit(
                                    "test",
                                    progress -> new Generate(workbench).run(request, (id, text) -> {}, progress))
                            .await()
                            .text())
                    .isEqualTo(second.output());
        }
    }

    @Test
    void whatWasInterruptedGoesOnToTheSameFile() throws Exception {
        Path whole = home.resolve("whole");
        Result uninterrupted = evaluate(ALL, 0, whole);
        Path out = home.resolve("interrupted");
        Request request = new Request(setup, task(), data, ALL, 0, 0, out);
        assertThatThrownBy(() -> evaluate(request, (arm, number, of, answer) -> {
                    if (arm.equals(Arm.KV_PREDICTION) && number == 4) {
                        throw new CancellationException("killed");
                    }
                }))
                .isInstanceOf(CancellationException.class);
        // a kill in the middle of a line
        Files.writeString(out.resolve("kv.jsonl"), "{\"id\":\"#6\",\"pro", StandardOpenOption.APPEND);
        assertThat(out.resolve("auxiliary.jsonl")).doesNotExist();
        assertThat(evaluate(ALL, 0, out).arms()).isEqualTo(uninterrupted.arms());
        for (String arm : List.of("base", "kv", "auxiliary")) {
            assertThat(read(out, arm)).isEqualTo(read(whole, arm));
        }
    }

    @Test
    void aFewQuestionsFirstAreTheBeginningOfAll() throws Exception {
        Path out = home.resolve("out");
        Result few = evaluate(List.of(Arm.BASE), 2, out);
        assertThat(few.arms().get(0).answers()).hasSize(2);
        Result all = evaluate(List.of(Arm.BASE), 0, out);
        assertThat(all.arms().get(0).answers().subList(0, 2))
                .isEqualTo(few.arms().get(0).answers());
        // and fewer again take only what they ask for, the file stays
        assertThat(evaluate(List.of(Arm.BASE), 2, out).arms()).isEqualTo(few.arms());
        assertThat(read(out, "base").lines()).hasSize(1 + QUESTIONS);
    }

    private String refused(Request request) {
        return catchThrowableOfType(ForetokenException.class, () -> evaluate(request, (arm, number, of, answer) -> {}))
                .sentence();
    }

    @Test
    void answersUnderOtherConditionsAreRefusedByName() throws Exception {
        Path out = home.resolve("out");
        evaluate(List.of(Arm.KV_PREDICTION), 1, out);
        String before = read(out, "kv");
        List<Arm> arms = List.of(Arm.KV_PREDICTION);
        assertThat(refused(new Request(setup, task(), data, arms, 1, 7, out)))
                .contains("kv.jsonl", "its tail is 1, not 7", "another folder");
        assertThat(refused(new Request(setup, task().withShots(2), data, arms, 1, 0, out)))
                .contains("its shots is 1, not 2");
        assertThat(refused(new Request(setup, Task.of("triviaqa"), data, arms, 1, 0, out)))
                .isNotEmpty();
        Files.writeString(data, "{\"question\": \"more\", \"answer\": [\"x\"]}\n", StandardOpenOption.APPEND);
        assertThat(refused(new Request(setup, task(), data, arms, 1, 0, out))).contains("its data_sha256 is");
        assertThat(read(out, "kv")).isEqualTo(before);
        Files.writeString(out.resolve("kv.jsonl"), "{}\nnonsense\n");
        assertThat(refused(new Request(setup, task(), data, arms, 1, 0, out))).contains("its format is absent");
        Files.writeString(out.resolve("kv.jsonl"), "nonsense\n");
        assertThat(refused(new Request(setup, task(), data, arms, 1, 0, out)))
                .contains("line 1", "no line of an evaluation's answers");
    }

    @Test
    void whatCannotBeAskedIsSaidBeforeAnythingIs() throws Exception {
        Path out = home.resolve("out");
        Path base = home.resolve("base");
        assertThat(refused(new Request(base, task(), data, ALL, 0, 0, out))).contains("a model, not a setup");
        assertThat(refused(new Request(base, task(), data, List.of(), 0, 0, out)))
                .contains("Nobody is to answer");
        Path bare = home.resolve("bare");
        Files.createDirectories(bare);
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(base.resolve(file), bare.resolve(file));
        }
        assertThat(refused(new Request(bare, task(), data, List.of(Arm.BASE), 0, 0, out)))
                .contains("no tokenizer");
        Files.writeString(
                data,
                "{\"question\": \"" + "long ".repeat(60) + "\", \"answer\": [\"x\"]}\n",
                StandardOpenOption.APPEND);
        assertThat(refused(new Request(setup, task(), data, ALL, 0, 0, out)))
                .contains("Question #8", "with 1 shots", "context holds 256");
        assertThat(out).doesNotExist();
    }

    private Result measure(String task, Path file, Path out) throws ForetokenException {
        return evaluate(new Request(setup, Task.of(task), file, ALL, 0, 0, out), (arm, number, of, answer) -> {});
    }

    @Test
    void choicesAreMadeByLikelihood() throws Exception {
        Path file = Files.writeString(
                home.resolve("piqa.jsonl"),
                "{\"goal\": \"boil water\", \"sol1\": \"heat it\", \"sol2\": \"put it into the ice\", \"label\": 1}\n"
                        .repeat(3));
        Path out = home.resolve("out");
        Result result = measure("piqa", file, out);
        for (ArmResult arm : result.arms()) {
            assertThat(arm.answers()).hasSize(3);
            for (Answered answer : arm.answers()) {
                double first = answer.logLikelihoods().get(0);
                double second = answer.logLikelihoods().get(1);
                assertThat(first).isNegative();
                assertThat(answer.scores().get("acc")).isEqualTo(second > first ? 1 : 0);
                assertThat(answer.scores().get("acc_norm")).isEqualTo(second / 19 > first / 7 ? 1 : 0);
            }
            assertThat(arm.header().tail()).isNull();
        }
        assertThat(result.arms().stream()
                        .map(arm -> arm.answers().get(0).logLikelihoods())
                        .distinct())
                .hasSize(3);
        assertThat(measure("piqa", file, out).arms()).isEqualTo(result.arms());
        assertThat(refused(new Request(setup, Task.of("piqa"), file, ALL, 0, 4, null)))
                .contains("A tail has no place in the task piqa");
    }

    private Task shortWindows() throws Exception {
        return Task.of(Files.writeString(home.resolve("short.json"), """
                        {"format": 1, "name": "short", "version": 1, "licence": "any", "window": 200, "metrics": ["loss", "kl", "top_one"]}
                        """).toString());
    }

    @Test
    void aTextIsMeasuredWindowByWindow() throws Exception {
        Task task = shortWindows();
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes on and on. ".repeat(20));
        Path out = home.resolve("out");
        Request request = new Request(setup, task, text, ALL, 0, 0, out);
        Result result = evaluate(request, (arm, number, of, answer) -> {});
        ArmResult base = result.arms().get(0);
        ArmResult predicted = result.arms().get(1);
        assertThat(base.answers())
                .hasSize(2)
                .allSatisfy(answer -> assertThat(answer.prompt()).hasSize(200));
        assertThat(base.has(Metric.KL)).isFalse();
        ArmResult auxiliary = result.arms().get(2);
        for (int i = 0; i < 2; i++) {
            String window = base.answers().get(i).prompt();
            assertThat(loss(base, i)).isCloseTo(ownLoss("base", window), within(1e-5));
            assertThat(loss(auxiliary, i)).isCloseTo(ownLoss("auxiliary", window), within(1e-5));
        }
        assertThat(base.score(Metric.LOSS).mean()).isCloseTo((loss(base, 0) + loss(base, 1)) / 2, within(1e-12));
        assertThat(predicted.score(Metric.KL).mean()).isPositive();
        assertThat(predicted.score(Metric.TOP_ONE).mean()).isBetween(0.0, 1.0);
        assertThat(evaluate(request, (arm, number, of, answer) -> {}).arms()).isEqualTo(result.arms());
        Files.writeString(text, "too short");
        assertThat(refused(request)).contains("9 tokens, fewer than a window of 200");
        Files.write(text, new byte[300]);
        assertThat(refused(request)).contains("text.txt", "binary");
    }

    /** Where all layers are shared the predicted cache is the base's own. */
    @Test
    void aTextThroughTheBasesOwnCacheIsTheBases() throws Exception {
        Path shared = home.resolve("shared");
        new PruneLayers(workbench).run(home.resolve("base"), PruneLayers.Keep.first(4), shared);
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes on and on. ".repeat(20));
        Request request = new Request(shared, shortWindows(), text, ALL, 0, 0, home.resolve("out"));
        List<ArmResult> arms =
                evaluate(request, (arm, number, of, answer) -> {}).arms();
        for (int i = 0; i < arms.get(0).answers().size(); i++) {
            String window = arms.get(0).answers().get(i).prompt();
            for (ArmResult arm : arms) {
                assertThat(loss(arm, i)).as("%s", arm.arm()).isCloseTo(ownLoss("base", window), within(1e-5));
            }
        }
        assertThat(arms.get(1).score(Metric.KL).mean()).isCloseTo(0, within(1e-6));
        assertThat(arms.get(1).score(Metric.TOP_ONE).mean()).isEqualTo(1);
    }

    private static double loss(ArmResult arm, int window) {
        return Objects.requireNonNull(arm.answers().get(window).scores().get(Metric.LOSS.label()));
    }

    /** Mean -log p of the next tokens of a text, whose tokens are its characters, by one pass of a model. */
    private double ownLoss(String model, String text) throws ForetokenException {
        int[] tokens = text.chars().toArray();
        return workbench
                .jobs()
                .submit("test", progress -> {
                    try (StoredModel stored = StoredModel.open(home.resolve(model));
                            Decoder decoder = stored.load(Kernel.F32, Progress.NONE);
                            KvCache cache = decoder.newCache(tokens.length);
                            InferenceMode mode = new InferenceMode(true);
                            PointerScope scope = new PointerScope()) {
                        float[] logits = Tensors.floats(decoder.prefillAll(tokens, cache, LayerTap.NONE));
                        int vocabulary = decoder.config().vocabulary();
                        double sum = 0;
                        for (int i = 0; i < tokens.length - 1; i++) {
                            double all = 0;
                            for (int token = 0; token < vocabulary; token++) {
                                all += Math.exp(logits[i * vocabulary + token]);
                            }
                            sum += Math.log(all) - logits[i * vocabulary + tokens[i + 1]];
                        }
                        return sum / (tokens.length - 1);
                    }
                })
                .await();
    }

    @Test
    void nothingThatAModelWritesIsRunWithoutLeave() throws Exception {
        Request request = new Request(setup, Task.of("humaneval"), data, List.of(Arm.BASE), 1, 0, home.resolve("out"));
        assertThatThrownBy(() -> evaluate(request, (arm, number, of, answer) -> {}))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("nobody has given leave");
        assertThat(home.resolve("out")).doesNotExist();
    }
}
