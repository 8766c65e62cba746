package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foretoken.ForetokenException;
import org.foretoken.model.Pruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArmTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "base",
                "kv",
                "auxiliary",
                "random:0.5",
                "random:0.5-7",
                "random:0.0001",
                "static:1",
                "static:0.25",
                "lazy:0.75-0.25",
                "lazy:1-1",
                "hybrid:0",
                "hybrid:12"
            })
    void aKeyNamesItsArmAndTheArmItsKey(String key) throws ForetokenException {
        assertThat(Arm.of(key).key()).isEqualTo(key);
    }

    @Test
    void armsComeBackFromTheirKeys() throws ForetokenException {
        for (Arm arm : new Arm[] {
            Arm.BASE,
            Arm.KV_PREDICTION,
            Arm.AUXILIARY,
            Arm.hybrid(3),
            Arm.of(new Pruning.Random(1e-5, 0)),
            Arm.of(new Pruning.Random(1 / 3.0, Long.MAX_VALUE)),
            Arm.of(new Pruning.Random(0.5, -3)),
            Arm.of(new Pruning.Static(1)),
            Arm.of(new Pruning.Lazy(2 / 3.0, 0.1))
        }) {
            assertThat(Arm.of(arm.key())).isEqualTo(arm);
        }
        assertThat(Arm.of(" Lazy:0.750-0.25 ")).isEqualTo(Arm.of(new Pruning.Lazy(0.75, 0.25)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bas", "random", "lazy:0.5", "static:0.5-0.25", "hybrid:1-2", "hybrid:-1", "kv:1"})
    void whatIsNoArmIsRefused(String key) {
        assertThatThrownBy(() -> Arm.of(key))
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith("There is no arm '" + key + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random:0",
                "random:1.5",
                "random:NaN",
                "random:0.5-x",
                "random:0.5-",
                "static:",
                "static:half",
                "lazy:0.25-0.75",
                "lazy:0.5-0",
                "lazy:1-1-1",
                "hybrid:",
                "hybrid:1.5",
                "hybrid:x",
                "hybrid:4294967295"
            })
    void wrongNumbersAreRefused(String key) {
        assertThatThrownBy(() -> Arm.of(key))
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith("The arm '" + key + "' has a wrong number");
    }
}
