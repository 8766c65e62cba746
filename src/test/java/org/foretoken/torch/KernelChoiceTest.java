package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelChoiceTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @Test
    void theFastestIsMeasuredOnceAndThenRemembered() throws IOException {
        Path file = folder.resolve("not/there/yet/kernel.json");
        KernelChoice first = KernelChoice.of(file, 2);
        assertThat(first.remembered()).isFalse();
        assertThat(first.milliseconds()).containsKeys(Kernel.F32_PLAIN, Kernel.F32_CBLAS);
        assertThat(first.milliseconds().values())
                .allSatisfy(ms -> assertThat(ms)
                        .isGreaterThanOrEqualTo(first.milliseconds().getOrDefault(first.kernel(), -1.0)));
        KernelChoice second = KernelChoice.of(file, 2);
        assertThat(second).isEqualTo(new KernelChoice(first.kernel(), first.milliseconds(), true));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anotherNumberOfThreadsIsMeasuredForItselfAndTheFirstIsKept() {
        Path file = folder.resolve("kernel.json");
        KernelChoice two = KernelChoice.of(file, 2);
        assertThat(KernelChoice.of(file, 1).remembered()).isFalse();
        assertThat(KernelChoice.of(file, 2).milliseconds()).isEqualTo(two.milliseconds());
        assertThat(KernelChoice.of(file, 1).remembered()).isTrue();
    }

    @Test
    void whatWasChosenIsKnownWithoutMeasuring() {
        Path file = folder.resolve("kernel.json");
        assertThat(KernelChoice.known(file, 2)).isEmpty();
        Kernel chosen = KernelChoice.of(file, 2).kernel();
        assertThat(KernelChoice.known(file, 2)).contains(chosen);
        assertThat(KernelChoice.known(file, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{\"format\": 2, \"choices\": {}}",
                "{\"format\": 1}",
                "{\"format\": 1, \"choices\": null}",
                "{\"format\": 1, \"choices\": {\"a\": 3}}",
                "{\"format\": 1, \"surprise\": {}}",
                "\u0000\u0001"
            })
    void aBrokenFileIsMeasuredAgainAndMended(String content) throws IOException {
        Path file = folder.resolve("kernel.json");
        Files.writeString(file, content);
        assertThat(KernelChoice.of(file, 2).remembered()).isFalse();
        assertThat(KernelChoice.of(file, 2).remembered()).isTrue();
    }

    @Test
    void anEntryThatContradictsItselfIsMeasuredAgain() throws IOException {
        Path file = folder.resolve("kernel.json");
        KernelChoice first = KernelChoice.of(file, 2);
        String good = Files.readString(file);
        String kernel = "\"kernel\" : \"" + first.kernel().label() + "\"";
        assertThat(good).contains(kernel);
        for (String wrong : new String[] {"\"kernel\" : \"f32-plain-2\"", "\"kernel\" : null"}) {
            Files.writeString(file, good.replace(kernel, wrong));
            assertThat(KernelChoice.of(file, 2).remembered()).isFalse();
        }
        Files.writeString(file, good.replaceAll("(?s)\"milliseconds\" : \\{.*?\\}", "\"milliseconds\" : null"));
        assertThat(KernelChoice.of(file, 2).remembered()).isFalse();
        Files.writeString(file, good.replaceAll("(\"[a-z0-9-]+\" : )\\d+\\.\\d+(E-?\\d+)?", "$1-1.0"));
        assertThat(KernelChoice.of(file, 2).remembered()).isFalse();
    }

    @Test
    void aFolderThatCannotBeMadeCostsOnlyTheMemory() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "x");
        KernelChoice choice = KernelChoice.of(inTheWay.resolve("kernel.json"), 2);
        assertThat(choice.remembered()).isFalse();
        assertThat(choice.milliseconds()).isNotEqualTo(Map.of());
    }
}
