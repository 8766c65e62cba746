package org.foretoken.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;

/** One piece of engine work, queued or running or done. All methods may be called from any thread. */
public final class Job<T> {
    /** The work itself; runs on the engine thread. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Progress progress) throws ForetokenException;
    }

    /** Where a job is in its life. */
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /**
     * A moment of a running job.
     *
     * @param what the work in a few words
     * @param done units finished
     * @param total units in all, 0 when unknown
     * @param from units that were finished when this stretch of work began: not 0 for work that is gone on with
     * @param elapsed since this stretch began
     */
    public record Snapshot(String what, long done, long total, long from, Duration elapsed) {
        /** Time left at the rate of this stretch; empty while nothing is known. */
        public Optional<Duration> left() {
            if (total <= 0 || done <= from) {
                return Optional.empty();
            }
            return Optional.of(
                    Duration.ofNanos((long) (elapsed.toNanos() * ((double) (total - done) / (done - from)))));
        }

        /** A later moment: of the same stretch as long as the same units are counted on. */
        Snapshot then(String nowWhat, long nowDone, long nowTotal, Duration sinceThen) {
            return nowTotal == total && nowDone >= done
                    ? new Snapshot(nowWhat, nowDone, nowTotal, from, elapsed.plus(sinceThen))
                    : new Snapshot(nowWhat, nowDone, nowTotal, nowDone, Duration.ZERO);
        }
    }

    private final String title;
    private final Work<T> work;
    private final Supplier<Optional<Job<?>>> running;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private volatile State state = State.QUEUED;
    private volatile boolean cancelRequested;
    private volatile long reportedNanos;
    private volatile Snapshot snapshot;

    /** @param running the job on the engine thread at any moment */
    Job(String title, Work<T> work, Supplier<Optional<Job<?>>> running) {
        this.title = title;
        this.work = work;
        this.running = running;
        this.snapshot = new Snapshot(title, 0, 0, 0, Duration.ZERO);
    }

    public String title() {
        return title;
    }

    public State state() {
        return state;
    }

    /** The title of the job that runs while this one's turn hasn't come; empty once it has, and in the moment between two jobs. */
    public Optional<String> waitsFor() {
        return state == State.QUEUED ? running.get().map(Job::title) : Optional.empty();
    }

    /** The latest progress. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Asks the job to stop; it does at its next report of progress, or at once and never starts when its turn hasn't come. */
    public void cancel() {
        cancelRequested = true;
        if (leavesQueue(State.CANCELLED)) {
            outcome.completeExceptionally(cancelled());
        }
    }

    /**
     * The outcome, completed on the engine thread, or by who cancels a job whose turn hasn't come: a value, a {@link ForetokenException}, a {@link CancellationException}, or an unexpected exception
     * (a defect, which the queue has logged).
     */
    public CompletableFuture<T> outcome() {
        return outcome;
    }

    /**
     * Waits for the outcome; never call it on the FX thread.
     *
     * @throws ForetokenException when the work failed
     * @throws CancellationException when it was cancelled
     */
    public T await() throws ForetokenException {
        try {
            return outcome.get();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw (CancellationException) new CancellationException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ForetokenException known) {
                throw known;
            }
            if (cause instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Runs on the engine thread, once, unless it was cancelled before. Returns what went wrong; being cancelled is not wrong. */
    Optional<Throwable> run() {
        if (!leavesQueue(State.RUNNING)) {
            return Optional.empty();
        }
        reportedNanos = System.nanoTime();
        try {
            throwIfCancelled(); // asked for at the very moment of its turn
            T value = work.run(this::report);
            state = State.SUCCEEDED;
            outcome.complete(value);
            return Optional.empty();
        } catch (CancellationException e) {
            state = State.CANCELLED;
            outcome.completeExceptionally(e);
            return Optional.empty();
        } catch (Throwable e) {
            state = State.FAILED;
            outcome.completeExceptionally(e);
            return Optional.of(e);
        }
    }

    /** Whether it was waiting: only one of its turn and being cancelled ends that. */
    private synchronized boolean leavesQueue(State next) {
        boolean waiting = state == State.QUEUED;
        if (waiting) {
            state = next;
        }
        return waiting;
    }

    private void report(String what, long done, long total) {
        throwIfCancelled();
        long now = System.nanoTime();
        snapshot = snapshot.then(what, done, total, Duration.ofNanos(now - reportedNanos));
        reportedNanos = now;
    }

    private void throwIfCancelled() {
        if (cancelRequested) {
            throw cancelled();
        }
    }

    private CancellationException cancelled() {
        return new CancellationException(title + " was cancelled");
    }
}
