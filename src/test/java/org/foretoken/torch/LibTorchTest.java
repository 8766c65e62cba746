package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibTorchTest {
    private static final String ZEN5 = """
            processor\t: 0
            vendor_id\t: AuthenticAMD
            cpu family\t: 26
            model\t\t: 2
            flags\t\t: fpu avx2 avx512f avx512dq avx512vl avx512_bf16
            """;

    @Test
    void onlyAnAmdProcessorThatOpenBlasDoesNotKnowIsNamedToIt() {
        assertThat(LibTorch.hasUnknownAvx512(ZEN5)).isTrue();
        assertThat(LibTorch.hasUnknownAvx512(ZEN5.replace("26", "25"))).isFalse();
        assertThat(LibTorch.hasUnknownAvx512(ZEN5.replace("AuthenticAMD", "GenuineIntel")))
                .isFalse();
        assertThat(LibTorch.hasUnknownAvx512(ZEN5.replace("avx512vl", ""))).isFalse();
        assertThat(LibTorch.hasUnknownAvx512("")).isFalse();
    }
}
