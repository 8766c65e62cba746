package org.foretoken.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedTest {
    @TempDir
    Path home;

    @Test
    void comesBackAsItWas() {
        Remembered window = new Remembered(
                10, 20, 1300, 900, false, 0.25, 0.6, "DARK", List.of("/models/a.gguf"), "/models/a.gguf", null);
        window.write(home);
        assertThat(Remembered.read(home)).isEqualTo(window);
        assertThat(home.toFile().list()).as("no half-written file stays").containsExactly("window.json");
    }

    @Test
    void whatWasOpenIsFoundFromAnotherFolder() throws Exception {
        Path setup = Files.createDirectories(home.resolve("half"));
        Path here = Path.of("").toAbsolutePath();
        Remembered window = new Remembered(
                0,
                0,
                1,
                1,
                false,
                0,
                0,
                "DARK",
                List.of("a.gguf"),
                "a.gguf",
                here.relativize(setup).toString());
        assertThat(window.setup()).isEqualTo(setup.toString());
        assertThat(window.added()).containsExactly(here.resolve("a.gguf").toString());
        assertThat(window.last()).contains(setup);
        Files.delete(setup);
        assertThat(window.last()).as("the base, without its setup").contains(here.resolve("a.gguf"));
        assertThat(Remembered.NOTHING.last()).isEmpty();
    }

    @Test
    void theFirstStartIsUsedWhereNothingCanBeRead() throws Exception {
        assertThat(Remembered.read(home)).isEqualTo(Remembered.NOTHING);
        Files.writeString(home.resolve("window.json"), "{\"width\": [");
        assertThat(Remembered.read(home)).isEqualTo(Remembered.NOTHING);
        Files.writeString(home.resolve("window.json"), "[]");
        assertThat(Remembered.read(home)).isEqualTo(Remembered.NOTHING);
    }

    @Test
    void fieldsThatAreNotThereAreThoseOfTheFirstStart() throws Exception {
        Files.writeString(home.resolve("window.json"), "{\"theme\": \"LIGHT\", \"later\": 1}");
        Remembered read = Remembered.read(home);
        assertThat(read.theme()).isEqualTo("LIGHT");
        assertThat(read.width()).isEqualTo(Remembered.NOTHING.width());
    }
}
