package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("shared")
class GenerateTest {
    /** SmolLM2's end of a chat turn, which ends an answer. */
    private static final int IM_END = 2;

    @TempDir
    Path home;

    private GenerationResult generate(String kernel, Path model, Prompt prompt, int maxTokens) throws Exception {
        Kernels.here(Kernel.of(kernel));
        Workbench.Options options = new Workbench.Options(Optional.of(kernel), 2, notice -> {});
        try (Workbench workbench = new Workbench(home, options)) {
            Generate.Request request =
                    new Generate.Request(model, Arm.BASE, prompt, Sampling.GREEDY, maxTokens, List.of(), 0);
            return workbench
                    .jobs()
                    .submit("test", progress -> new Generate(workbench).run(request, (id, text) -> {}, progress))
                    .await();
        }
    }

    @Test
    void storiesTellsTheKnownStory() throws Exception {
        Path model = Shared.path("models/stories260K");
        String expected = Files.readString(model.resolve("expected-greedy-200-tokens.txt"));
        GenerationResult result = generate("f32", model, Prompt.of(List.of(1)), 200);
        assertThat(result.ids()).hasSize(200);
        assertThat(result.text()).isEqualTo(expected.stripTrailing());
    }

    /** SentencePiece takes a space off the beginning of a text, and an answer is none. */
    @Test
    void storiesGoesOnWithASpaceWhereOneBelongs() throws Exception {
        Path model = Shared.path("models/stories260K");
        String expected = Files.readString(model.resolve("expected-greedy-200-tokens.txt"));
        for (String prompt : List.of("Once upon a time", "Once upon a time, there was a little")) {
            assertThat(expected).startsWith(prompt);
            GenerationResult result = generate("f32", model, Prompt.of(prompt), 60);
            assertThat(expected.substring(prompt.length())).startsWith(result.text());
        }
    }

    @Test
    void smollm2GivesTheReferenceTextInFloat32() throws Exception {
        JsonNode reference = new ObjectMapper()
                .readTree(Shared.path("golden/smollm2-reference.json").toFile());
        int compared = 0;
        for (JsonNode prompt : reference.path("prompts")) {
            GenerationResult result = generate(
                    "f32", Shared.smollm2(), Prompt.of(prompt.path("prompt").asText()), 32);
            assertThat(result.promptIds()).isEqualTo(ints(prompt.path("ids")));
            List<Integer> expected = ints(prompt.path("greedy"));
            int sure = 0;
            while (sure < expected.size()
                    && expected.get(sure) != IM_END
                    && prompt.path("greedy_margin").get(sure).asDouble() >= 0.02) {
                sure++;
            }
            assertThat(result.ids()).startsWith(expected.subList(0, sure).toArray(new Integer[0]));
            compared += sure;
        }
        assertThat(compared).isGreaterThan(50);
    }

    private static List<Integer> ints(JsonNode array) {
        List<Integer> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    /** The phases are what a clock around the answer shows, of each arm: no more, and in the best of some runs most of it. */
    @Test
    void timesAddUp() throws Exception {
        Kernels.here(Kernel.F32);
        Path setup = home.resolve("setup");
        Path stories = Shared.path("models/stories260K");
        Prompt prompt = Prompt.of(Files.readString(stories.resolve("expected-greedy-200-tokens.txt")));
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}))) {
            workbench
                    .jobs()
                    .submit("test", progress -> {
                        new PruneLayers(workbench).run(stories, new PruneLayers.Keep(List.of(0, 2, 4)), setup);
                        Calibrate.Request fit = new Calibrate.Request(
                                setup,
                                Optional.empty(),
                                List.of(),
                                List.of(Source.HIDDEN),
                                300,
                                OptionalDouble.of(0.01));
                        new Calibrate(workbench).run(fit, progress);
                        for (Arm arm : List.of(Arm.BASE, Arm.KV_PREDICTION)) {
                            double beforeFirst = 0;
                            double afterFirst = 0;
                            for (int run = 0; run < 8; run++) {
                                Shares shares = timed(
                                        workbench,
                                        new Generate.Request(setup, arm, prompt, Sampling.GREEDY, 40, List.of(), 1));
                                beforeFirst = Math.max(beforeFirst, shares.beforeFirst);
                                afterFirst = Math.max(afterFirst, shares.afterFirst);
                            }
                            assertThat(beforeFirst).as(arm.label()).isBetween(0.5, 1.0);
                            assertThat(afterFirst).as(arm.label()).isBetween(0.5, 1.0);
                        }
                        return setup;
                    })
                    .await();
        }
    }

    /** How much of a clock's time the phases account for. */
    private record Shares(double beforeFirst, double afterFirst) {}

    private static Shares timed(Workbench workbench, Generate.Request request) throws ForetokenException {
        long[] first = {0};
        Generate.Listener listener = new Generate.Listener() {
            @Override
            public void onFirst(PhaseTimes times) {
                first[0] = System.nanoTime();
            }

            @Override
            public void onToken(int id, String text) {}
        };
        long start = System.nanoTime();
        PhaseTimes times =
                new Generate(workbench).run(request, listener, Progress.NONE).times();
        long end = System.nanoTime();
        assertThat(List.of(times.tokenise(), times.firstStep(), times.decode())).allMatch(millis -> millis > 0);
        assertThat(List.of(times.auxiliary(), times.predict()))
                .allMatch(millis -> request.arm().predicts() ? millis > 0 : millis == 0);
        double ttft = times.tokenise() + times.auxiliary() + times.predict() + times.firstStep();
        assertThat(times.ttft()).isCloseTo(ttft, within(1e-9));
        double beforeFirst = (first[0] - start) / 1e6;
        double afterFirst = (end - first[0]) / 1e6;
        assertThat(ttft).isLessThanOrEqualTo(beforeFirst);
        assertThat(times.decode()).isLessThanOrEqualTo(afterFirst);
        return new Shares(ttft / beforeFirst, times.decode() / afterFirst);
    }
}
