package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void makesAndReplaces() throws Exception {
        Path file = folder.resolve("a.json");
        AtomicFile.write(file, bytes("first"));
        assertThat(file).hasContent("first");
        AtomicFile.write(file, bytes("second"));
        assertThat(file).hasContent("second");
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    @Test
    void keepsTheOldContentWhenWritingFails() throws Exception {
        Path file = folder.resolve("a.json");
        AtomicFile.write(file, bytes("old"));
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes("half")));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(ForetokenException.class)
                .hasMessage(file + " can't be written, its disk is full: free some space or choose another folder.");
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    @Test
    void replacesNothingThatIsProtectedOrNoFile() throws Exception {
        Path file = folder.resolve("a.json");
        AtomicFile.write(file, bytes("old"));
        assertThat(file.toFile().setReadOnly()).isTrue();
        assertThatThrownBy(() -> AtomicFile.write(file, bytes("new")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("a.json is write-protected");
        assertThat(file).hasContent("old");
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipes here");
        assertThatThrownBy(() -> AtomicFile.write(pipe, bytes("new")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("pipe is a device or the like");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void saysWhyItCannotWrite() throws IOException {
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("none/a.json"), bytes("")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("none/a.json can't be written, its folder doesn't exist");
        Path occupied = folder.resolve("b.json");
        Files.createDirectories(occupied.resolve("within"));
        assertThatThrownBy(() -> AtomicFile.write(occupied, bytes("")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("b.json is a folder: name a file in it");
        assertThat(folder.toFile().list()).containsExactly("b.json");
    }
}
