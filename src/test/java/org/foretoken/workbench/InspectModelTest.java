package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectModelTest {
    @TempDir
    private Path home;

    @Test
    void theMemoryIsForTheKernelThatThisMachineRunsWith() throws Exception {
        Path base = TinyModels.copy("base", home);
        String chosen;
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.empty(), 1, notice -> {}))) {
            assertThat(workbench.engine().kernel()).isEqualTo("not chosen yet");
            ModelSummary.MemoryNeed before =
                    new InspectModel(workbench).run(base).memory();
            assertThat(before.kernel()).isEqualTo("bf16");
            assertThat(before.chosen()).isFalse();
            Generate.Request request =
                    new Generate.Request(base, Arm.BASE, Prompt.of(List.of(5, 6, 7)), Sampling.GREEDY, 1, List.of(), 0);
            chosen = workbench
                    .jobs()
                    .submit("test", progress -> new Generate(workbench).run(request, (id, text) -> {}, progress))
                    .await()
                    .kernel();
            assertThat(new InspectModel(workbench).run(base).memory())
                    .returns(chosen, ModelSummary.MemoryNeed::kernel)
                    .returns(true, ModelSummary.MemoryNeed::chosen);
        }
        try (Workbench later = new Workbench(home, new Workbench.Options(Optional.empty(), 1, notice -> {}))) {
            assertThat(later.engine().kernel()).isEqualTo(chosen);
            assertThat(new InspectModel(later).run(base).memory().kernel()).isEqualTo(chosen);
        }
        try (Workbench asked = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            assertThat(new InspectModel(asked).run(base).memory())
                    .returns("f32", ModelSummary.MemoryNeed::kernel)
                    .returns(true, ModelSummary.MemoryNeed::chosen);
        }
    }

    @Test
    void singleTokensReadWhatIsStoredInBfloat16AsItIs() throws Exception {
        try (Workbench f32 = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            for (Path model : List.of(TinyModels.copy("base", home), Path.of("sample-models/wordnet-10m"))) {
                ModelSummary summary = new InspectModel(f32).run(model);
                ModelSummary.MemoryNeed need = summary.memory();
                int narrower = summary.dtype().equals("BF16") ? 2 : 1;
                assertThat(need.decodeWeights())
                        .isEqualTo(need.prefillWeights() / narrower + need.embedding() * narrower);
                assertThat(need.embedding())
                        .isEqualTo(4L
                                / narrower
                                * summary.config().vocabulary()
                                * summary.config().width());
            }
            assertThat(new InspectModel(f32)
                            .run(Path.of("sample-models/wordnet-10m"))
                            .dtype())
                    .isEqualTo("BF16");
        }
    }
}
