package org.foretoken.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFileTest {
    private static final AnswerHeader HEADER = new AnswerHeader(
            1, "0", "quiz", 1, "t", "d", 1, "base", null, "b", null, null, null, null, null, null, null, null, "f32",
            2);

    @TempDir
    private Path folder;

    /** Asked by another process: within one, Java knows of a lock that the system has long given up. */
    @Test
    void oneProcessWritesAtATime() throws Exception {
        Path file = folder.resolve("base.jsonl");
        AnswerFile.open(file, HEADER, List.of()).close();
        try (AnswerFile open = AnswerFile.open(file, HEADER, List.of())) {
            assertThat(open.before()).isEmpty();
            assertThat(lockElsewhere(file)).isEqualTo("held");
            assertThatThrownBy(() -> AnswerFile.open(file, HEADER, List.of()))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("is being written by another evaluation");
        }
        assertThat(lockElsewhere(file)).isEqualTo("free");
    }

    private String lockElsewhere(Path file) throws Exception {
        Path program = Files.writeString(folder.resolve("Other.java"), """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;
                class Other {
                    public static void main(String[] arguments) throws Exception {
                        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                            System.out.print(channel.tryLock() == null ? "held" : "free");
                        }
                    }
                }
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, program.toString(), file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
