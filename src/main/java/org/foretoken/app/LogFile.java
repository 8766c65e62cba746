package org.foretoken.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Logging: a file of at most 2 MB and its two predecessors in the folder {@code foretoken.logs}. Stderr is the program's own and gets log lines only
 * where {@code foretoken.log.level} asks for it, and never a stack trace. Set up in code and found as a service: reading the same from XML takes a third
 * of a second at every start.
 */
public final class LogFile extends ContextAwareBase implements Configurator {
    private static final long LARGEST = 2 * FileSize.MB_COEFFICIENT;

    /** Called by logback at the first use of a logger. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Path folder = Path.of(System.getProperty("foretoken.logs", System.getProperty("java.io.tmpdir")));
        // what goes wrong with the log is not the user's to read: logback would print it on stdout
        context.getStatusManager().add(new NopStatusListener());
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(file(context, folder));
        String level = System.getProperty("foretoken.log.level");
        if (level != null) {
            root.addAppender(stderr(context, level));
        }
        context.getLogger("org.foretoken").setLevel(Level.toLevel(level, Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path folder) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setName("file");
        appender.setFile(folder.resolve("foretoken.log").toString());
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(LARGEST));
        size.start();
        appender.setTriggeringPolicy(size);
        FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
        window.setContext(context);
        window.setParent(appender);
        window.setFileNamePattern(folder.resolve("foretoken.%i.log").toString());
        window.setMinIndex(1);
        window.setMaxIndex(2);
        window.start();
        appender.setRollingPolicy(window);
        return started(appender, context, "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{20}: %msg%n");
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext context, String level) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(level);
        threshold.start();
        appender.addFilter(threshold);
        return started(appender, context, "%-5level %logger{0}: %msg%nopex%n");
    }

    private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
            A appender, LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
