package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.Test;

class DecodeWarmUpTest {
    @Test
    void endsAndIsDoneOnceForEachType() throws Exception {
        LibTorch.start(2, notice -> {});
        Thread bf16 = DecodeWarmUp.start(ScalarType.BFloat16, ScalarType.BFloat16);
        assertThat(DecodeWarmUp.start(ScalarType.BFloat16, ScalarType.BFloat16)).isSameAs(bf16);
        Thread f32 = DecodeWarmUp.start(ScalarType.BFloat16, ScalarType.Float);
        assertThat(f32).isNotSameAs(bf16);
        assertThat(bf16.join(Duration.ofSeconds(60))).isTrue();
        assertThat(f32.join(Duration.ofSeconds(60))).isTrue();
        assertThat(DecodeWarmUp.start(ScalarType.Char, ScalarType.BFloat16).join(Duration.ofSeconds(60)))
                .isTrue();
    }
}
