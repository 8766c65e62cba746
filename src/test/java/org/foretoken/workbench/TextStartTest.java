package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.text.Tokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("shared")
class TextStartTest {
    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws ForetokenException {
        tokenizer = Tokenizer.ofFolder(Shared.path("models/stories260K"));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("text.txt"), text);
    }

    @Test
    void theFirstTokensAreThoseOfTheWholeText() throws Exception {
        String text = "Once upon a time, Zoë's café had 3 naïve cats 🐈 and a dog. ".repeat(50);
        int[] all = tokenizer.encode(text, false);
        Path file = file(text);
        for (int count = 1; count <= 300; count++) {
            assertThat(TextStart.of(file).tokens(count, tokenizer, Progress.NONE))
                    .isEqualTo(Arrays.copyOf(all, count));
        }
        assertThat(TextStart.of(file).tokens(1_000_000, tokenizer, Progress.NONE))
                .isEqualTo(all);
        assertThat(TextStart.of(text).tokens(7, tokenizer, Progress.NONE)).isEqualTo(Arrays.copyOf(all, 7));
        assertThat(TextStart.of("").tokens(7, tokenizer, Progress.NONE)).isEmpty();
        assertThat(TextStart.builtIn().tokens(2048, tokenizer, Progress.NONE)).hasSize(2048);
    }

    /** A file of 8 GB, all but its first 700 kB a hole that is no text and that nothing can hold in memory. */
    @Test
    void noMoreIsReadThanIsNeeded() throws Exception {
        Path file = file("Once upon a time there was a dog. ".repeat(20_000));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("end".getBytes(StandardCharsets.UTF_8)), 8L << 30);
        }
        assertThat(TextStart.of(file).tokens(100, tokenizer, Progress.NONE)).hasSize(100);
    }

    @Test
    void whatIsNoTextFileIsSaid() throws Exception {
        assertThatThrownBy(() -> TextStart.of(folder.resolve("gone.txt")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("There is no file");
        assertThatThrownBy(() -> TextStart.of(folder).tokens(9, tokenizer, Progress.NONE))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("folder");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> TextStart.of(binary).tokens(9, tokenizer, Progress.NONE))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("not text in UTF-8");
    }
}
