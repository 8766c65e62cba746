package org.foretoken.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFileTest {
    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private final String before = System.getProperty("foretoken.logs", "");

    private Logger logger() {
        System.setProperty("foretoken.logs", folder.resolve("logs").toString());
        new LogFile().configure(context);
        return context.getLogger("org.foretoken.some.Where");
    }

    @AfterEach
    void putBack() {
        context.stop();
        System.setProperty("foretoken.logs", before);
        System.clearProperty("foretoken.log.level");
    }

    @Test
    void itIsWhatThisProgramLogsBy() {
        assertThat(((LoggerContext) LoggerFactory.getILoggerFactory())
                        .getLogger(Logger.ROOT_LOGGER_NAME)
                        .getAppender("file"))
                .isNotNull();
    }

    @Test
    void theFileHasTheStackTrace() throws IOException {
        Logger logger = logger();
        logger.debug("too much");
        logger.info("caf\u00e9");
        logger.error("broken", new IllegalStateException("rows 3"));
        context.getLogger("other.library").info("too much");
        assertThat(Files.readString(folder.resolve("logs/foretoken.log")))
                .contains(
                        "caf\u00e9",
                        "ERROR",
                        "broken",
                        "IllegalStateException: rows 3",
                        "\tat org.foretoken.app.LogFileTest")
                .doesNotContain("too much");
    }

    @Test
    void stderrHearsOfItOnlyWhereAskedAndWithoutStackTrace() {
        assertThat(stderr(() -> logger().error("broken", new IllegalStateException("rows 3"))))
                .isEmpty();
        context.reset();
        System.setProperty("foretoken.log.level", "DEBUG");
        assertThat(stderr(() -> {
                    Logger logger = logger();
                    logger.debug("packing");
                    logger.error("broken", new IllegalStateException("rows 3"));
                }))
                .isEqualToNormalizingNewlines("DEBUG Where: packing\nERROR Where: broken\n");
    }

    private static String stderr(Runnable work) {
        PrintStream real = System.err;
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        System.setErr(new PrintStream(heard, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(real);
        }
        return heard.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToFail() throws IOException {
        Files.writeString(folder.resolve("logs"), "a file where the folder should be");
        assertThat(stderr(() -> logger().error("broken"))).isEmpty();
    }

    @Test
    void theFilesStaySmall() throws IOException {
        String longLine = "x".repeat(200_000);
        for (int i = 0; i < 60; i++) {
            if (i % 12 == 0) { // logback looks at the size at most once a second; each start looks again
                context.reset();
            }
            logger().info(longLine);
        }
        try (Stream<Path> files = Files.list(folder.resolve("logs"))) {
            List<Path> all = files.sorted().toList();
            assertThat(all).hasSizeLessThanOrEqualTo(3);
            for (Path each : all) {
                assertThat(Files.size(each)).isLessThan(6_000_000);
            }
        }
    }
}
