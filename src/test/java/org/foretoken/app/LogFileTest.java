package org.foretoken.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        context.setMDCAdapter(new LogbackMDCAdapter());
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
    void aLargeFileMakesWayAndTheThirdIsTheLast() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        for (int start = 1; start <= 4; start++) {
            Files.writeString(logs.resolve("foretoken.log"), "x".repeat(2_100_000) + start);
            context.reset();
            logger().info("start {}", start);
        }
        try (Stream<Path> files = Files.list(logs)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("foretoken.log", "foretoken.1.log", "foretoken.2.log");
        }
        assertThat(logs.resolve("foretoken.log")).content().contains("start 4").hasSizeLessThan(1000);
        assertThat(logs.resolve("foretoken.1.log")).content().endsWith("x4");
        assertThat(logs.resolve("foretoken.2.log")).content().contains("x3");
    }
}
