package org.foretoken.ui.fx;

import java.util.List;
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

    /** Asks one question after the other, each once the one before is answered or has failed; any other question drops those that are left. */
    public <T> void askInTurn(List<Callable<T>> questions, Consumer<T> answer, Consumer<Throwable> failure) {
        if (questions.isEmpty()) {
            return;
        }
        Runnable others = () -> askInTurn(questions.subList(1, questions.size()), answer, failure);
        ask(
                questions.get(0),
                value -> {
                    answer.accept(value);
                    others.run();
                },
                error -> {
                    failure.accept(error);
                    others.run();
                });
    }

    /** Drops whatever is still on its way. */
    public void forget() {
        asked++;
    }
}
