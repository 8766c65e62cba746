package org.foretoken.ui.fx;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;

/** Runs what it gets on the FX thread with the next frame; asks for no frames while there is nothing to do. */
final class PulseExecutor implements Executor {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long now) {
            stop();
            ticking.set(false);
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }
    };

    @Override
    public void execute(Runnable command) {
        waiting.add(command);
        if (ticking.compareAndSet(false, true)) {
            Platform.runLater(timer::start);
        }
    }
}
