package org.foretoken.ui.fx;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import javafx.application.Platform;
import org.foretoken.ForetokenException;
import org.foretoken.job.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the window's work runs. View models get one, so tests can run them without a toolkit.
 *
 * @param fx runs soon on the FX thread
 * @param pulse runs on the FX thread with the next frame
 * @param background runs quick questions (headers, folders), never the engine's work
 */
public record UiThreads(Executor fx, Executor pulse, Executor background) {
    private static final Logger LOG = LoggerFactory.getLogger(UiThreads.class);

    /** Those of a running JavaFX toolkit. */
    public static UiThreads javafx() {
        Executor background = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().name("window-", 1).daemon().factory());
        return new UiThreads(Platform::runLater, new PulseExecutor(), background);
    }

    /** Asks in the background and hears the answer, or what went wrong, on the FX thread. */
    public <T> void ask(Callable<T> question, Consumer<T> answer, Consumer<Throwable> failure) {
        background.execute(() -> {
            try {
                T value = question.call();
                fx.execute(() -> answer.accept(value));
            } catch (ForetokenException e) {
                LOG.warn("{}", e.sentence());
                LOG.debug("where that was", e);
                fx.execute(() -> failure.accept(e));
            } catch (Exception e) {
                LOG.error("a question in the background failed", e);
                fx.execute(() -> failure.accept(e));
            }
        });
    }

    /** Hears the outcome of a job on the FX thread; its queue has logged what went wrong. */
    @SuppressWarnings("FutureReturnValueIgnored")
    public <T> void follow(Job<T> job, Consumer<T> success, Consumer<Throwable> failure) {
        job.outcome()
                .whenComplete((value, error) -> fx.execute(() -> {
                    if (error == null) {
                        success.accept(value);
                    } else {
                        failure.accept(cause(error));
                    }
                }));
    }

    /** Whether that failure means that the user stopped it. */
    public static boolean isCancelled(Throwable failure) {
        return failure instanceof CancellationException;
    }

    private static Throwable cause(Throwable error) {
        Throwable inner = error.getCause();
        return error instanceof CompletionException && inner != null ? inner : error;
    }
}
