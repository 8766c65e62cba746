package org.foretoken.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.Pointer;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tiny OpenELM of 4 layers on disk. */
class StoredModelTest {
    private static final Path MODEL = Path.of("src/test/resources/golden/openelm-kvp-c/base");

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    /** Three layers of four are 370 KB in float32, half of that in bfloat16: left behind 600 times, they would be 55 MB or more. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aLoadThatIsStoppedLeavesNothingInMemory(Kernel kernel) throws Exception {
        Kernels.here(kernel);
        try (StoredModel stored = StoredModel.open(MODEL)) {
            stop(stored, kernel, 30);
            long before = Pointer.physicalBytes();
            stop(stored, kernel, 600);
            assertThat(Pointer.physicalBytes() - before).isLessThan(40L << 20);
        }
    }

    private static void stop(StoredModel stored, Kernel kernel, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> stored.load(kernel, (what, done, total) -> {
                        if (done == 3) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }
}
