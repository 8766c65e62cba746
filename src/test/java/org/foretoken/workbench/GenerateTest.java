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
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.Sampling;
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

    @Test
    void timesAddUp() throws Exception {
        GenerationResult result = generate("bf16", Shared.smollm2(), Prompt.of("Once upon a time"), 40);
        assertThat(result.times().ttft())
                .isCloseTo(result.times().tokenise() + result.times().firstStep(), within(1e-9));
        assertThat(Progress.NONE).isNotNull();
    }
}
