package org.foretoken.ui.fx;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** An update of the window that may be asked for thousands of times a second from any thread, and runs at most once a frame. */
public final class Coalesced {
    private final Executor pulse;
    private final Runnable update;
    private final AtomicBoolean marked = new AtomicBoolean();

    /** @param update reads the newest state itself; runs on the FX thread */
    public Coalesced(Executor pulse, Runnable update) {
        this.pulse = pulse;
        this.update = update;
    }

    /** Something changed. */
    public void mark() {
        if (marked.compareAndSet(false, true)) {
            pulse.execute(() -> {
                marked.set(false);
                update.run();
            });
        }
    }
}
