package org.foretoken.ui.fx;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Questions of which only the last one counts: answers to earlier ones that come late are dropped. For the FX thread. */
public final class Latest {
    private final UiThreads threads;
    private int asked;

    public Latest(UiThreads threads) {
        this.threads = threads;
    }

    /** Asks in the background; neither consumer hears anything once another question was asked. */
    public <T> void ask(Callable<T> question, Consumer<T> answer, Consumer<Throwable> failure) {
        int ticket = ++asked;
        threads.ask(
                question,
                value -> {
                    if (ticket == asked) {
                        answer.accept(value);
                    }
                },
                error -> {
                    if (ticket == asked) {
                        failure.accept(error);
                    }
                });
    }

    /** Drops whatever is still on its way. */
    public void forget() {
        asked++;
    }
}
