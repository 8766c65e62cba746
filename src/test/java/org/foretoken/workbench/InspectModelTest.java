package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.Tag;
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

    /** 2 bytes a weight that is stored in bfloat16, with every kernel; norms and what fills a last block aside. */
    @Test
    void theMemoryOfSingleTokensIsWhatADecoderPacks() throws Exception {
        Path model = Path.of("sample-models/wordnet-10m");
        ModelSummary.MemoryNeed need;
        try (Workbench f32 = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            need = new InspectModel(f32).run(model).memory();
        }
        LibTorch.start(2, notice -> {});
        try (StoredModel stored = StoredModel.open(model);
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE)) {
            decoder.prepareSteps();
            assertThat(need.decodeWeights()).isEqualTo(decoder.bytesOfToken());
            assertThat(need.embedding()).isEqualTo(4096 * 320 * 2);
            assertThat(need.weights()).isCloseTo(decoder.bytes(), withinPercentage(1));
        }
    }

    /** Those of 4-bit blocks as codes of a byte, with 8 bytes for each 32. */
    @Test
    @Tag("shared")
    void theMemoryOfARealQuantisedModelIsWhatADecoderTakes() throws Exception {
        try (Workbench f32 = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
                StoredModel stored = StoredModel.open(Shared.smollm2())) {
            ModelSummary.MemoryNeed need =
                    new InspectModel(f32).run(Shared.smollm2()).memory();
            LibTorch.start(2, notice -> {});
            try (Decoder decoder = stored.load(Kernel.F32, Progress.NONE)) {
                decoder.prepareSteps();
                assertThat(need.decodeWeights()).isEqualTo(decoder.bytesOfToken());
                assertThat(need.weights()).isCloseTo(decoder.bytes(), withinPercentage(1));
            }
        }
    }
}
