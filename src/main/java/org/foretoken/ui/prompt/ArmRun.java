package org.foretoken.ui.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.job.Job;
import org.foretoken.ui.prompt.MarkedText.Token;
import org.foretoken.workbench.Generate;
import org.jspecify.annotations.Nullable;

/** One arm answering one prompt: written by the engine thread, read by the FX thread. */
final class ArmRun implements Generate.Listener {
    /**
     * What is known at one moment.
     *
     * @param begun whether its turn has come: whatever was asked before has ended
     */
    record Known(boolean begun, Optional<PhaseTimes> times, double tokensPerSecond, List<Token> tokens) {}

    private final Runnable changed;
    private final List<Token> tokens = new ArrayList<>();
    private boolean begun;
    private @Nullable PhaseTimes times;
    private long firstNanos;
    private long lastNanos;
    // For the FX thread only.
    private @Nullable Job<GenerationResult> job;
    private @Nullable GenerationResult result;
    private @Nullable Throwable failure;

    /** @param changed called on the engine thread, often */
    ArmRun(Runnable changed) {
        this.changed = changed;
    }

    @Override
    public void onTurn() {
        synchronized (this) {
            begun = true;
        }
        changed.run();
    }

    @Override
    public void onFirst(PhaseTimes first) {
        synchronized (this) {
            times = first;
            firstNanos = System.nanoTime();
            lastNanos = firstNanos;
        }
        changed.run();
    }

    @Override
    public void onToken(int id, String text) {
        synchronized (this) {
            tokens.add(new Token(id, text));
            lastNanos = System.nanoTime();
        }
        changed.run();
    }

    @Override
    public void onText(String text) {
        synchronized (this) {
            Token last = tokens.getLast();
            tokens.set(tokens.size() - 1, new Token(last.id(), last.text() + text));
        }
        changed.run();
    }

    synchronized Known known() {
        GenerationResult end = result;
        PhaseTimes known = end != null ? end.times() : times;
        double rate = end != null
                ? end.times().tokensPerSecond()
                : tokens.size() < 2 ? Double.NaN : (tokens.size() - 1) * 1e9 / (lastNanos - firstNanos);
        return new Known(begun, Optional.ofNullable(known), rate, List.copyOf(tokens));
    }

    void started(Job<GenerationResult> running) {
        job = running;
    }

    void succeeded(GenerationResult value) {
        result = value;
    }

    void failed(Throwable error) {
        failure = error;
    }

    void cancel() {
        if (job != null) {
            job.cancel();
        }
    }

    /** What it waits for: another job's title; empty once its turn has come. */
    Optional<String> waitsFor() {
        return Optional.ofNullable(job).flatMap(Job::waitsFor);
    }

    boolean ended() {
        return result != null || failure != null;
    }

    Optional<GenerationResult> result() {
        return Optional.ofNullable(result);
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
