package org.foretoken.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tiny OpenELM of 4 layers on disk. */
class StoredModelTest {
    private static final Path MODEL = Path.of("src/test/resources/golden/openelm-kvp-c/base");

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    /** Three layers of four are 370 KB in float32, half of that in bfloat16: left behind 1200 times, they would be 220 MB or more. */
    @ParameterizedTest
    @EnumSource(
            value = Kernel.class,
            names = {"BF16", "F32"}) // the others use what is mapped
    void aLoadThatIsStoppedLeavesNothingInMemory(Kernel kernel) throws Exception {
        Kernels.here(kernel);
        try (StoredModel stored = StoredModel.open(MODEL)) {
            stop(stored, kernel, 100);
            long before = Pointer.physicalBytes();
            stop(stored, kernel, 1200);
            assertThat(Pointer.physicalBytes() - before).isLessThan(100L << 20);
        }
    }

    private static void stop(StoredModel stored, Kernel kernel, int times) {
        for (int i = 0; i < times; i++) {
            if (i % 300 == 0) {
                System.gc(); // or the heap's own growth would be among what is measured
            }
            assertThatThrownBy(() -> stored.load(kernel, (what, done, total) -> {
                        if (done == 3) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScalarType.class,
            names = {"Double", "Short"})
    void weightsThatNoKernelReadsAreRefusedByName(ScalarType stored) throws Exception {
        try (SafetensorsFile sound = SafetensorsFile.open(MODEL.resolve("model.safetensors"));
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : sound.weights().names()) {
                tensors.put(name, sound.weights().tensor(name).to(stored));
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, sound.metadata());
        }
        Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
        assertThatThrownBy(() -> StoredModel.open(folder).close())
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll(
                        folder + ": tensor transformer.token_embeddings.weight is stored as ",
                        stored == ScalarType.Double ? "F64" : "I16",
                        "get the model as BF16, F16 or F32");
    }
}
