package org.foretoken.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one engine thread and the jobs that wait for it. Window and command line both queue here, so nothing else runs while something is timed. */
public final class JobQueue {
    private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);

    private final ExecutorService engine = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("engine").daemon().factory());
    private final List<Job<?>> waiting = new CopyOnWriteArrayList<>();
    private volatile @Nullable Job<?> running;

    /** Queues {@code work}; it runs on the engine thread after all that was queued before. */
    public <T> Job<T> submit(String title, Job.Work<T> work) {
        Job<T> job = new Job<>(title, work, this::running);
        waiting.add(job);
        engine.execute(() -> {
            waiting.remove(job);
            running = job;
            job.run().ifPresent(failure -> log(job, failure));
            running = null;
        });
        return job;
    }

    private static void log(Job<?> job, Throwable failure) {
        if (failure instanceof ForetokenException known) {
            LOG.warn("{}: {}", job.title(), known.sentence());
            LOG.debug("where that was", known);
        } else {
            LOG.error("{} failed", job.title(), failure);
        }
    }

    /** The job on the engine thread now. */
    public Optional<Job<?>> running() {
        return Optional.ofNullable(running);
    }

    /** How many jobs' turn hasn't come: one that was cancelled has none to come. */
    public int waiting() {
        return (int)
                waiting.stream().filter(job -> job.state() == Job.State.QUEUED).count();
    }

    /**
     * Cancels what waits and what runs, and waits for the engine thread to let go.
     *
     * @return whether it did: where not, whatever it works on is still in use
     */
    public boolean close(Duration patience) {
        waiting.forEach(Job::cancel);
        Job<?> current = running;
        if (current != null) {
            current.cancel();
        }
        engine.shutdown();
        try {
            if (engine.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            LOG.warn("the engine thread is still busy at exit");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
