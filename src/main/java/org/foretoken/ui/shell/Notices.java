package org.foretoken.ui.shell;

import java.nio.file.Path;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.foretoken.ForetokenException;
import org.foretoken.ui.fx.UiThreads;

/** The one sentence above the panels that tells what went wrong or what is done. */
public final class Notices {
    /** How it is meant. */
    public enum Kind {
        DONE,
        PROBLEM
    }

    /** What is said. */
    public record Notice(Kind kind, String sentence) {}

    private final Path log;
    private final ReadOnlyObjectWrapper<Optional<Notice>> current = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** @param log the folder that unexpected failures are looked up in */
    public Notices(Path log) {
        this.log = log;
    }

    /** What is said now. */
    public ReadOnlyObjectProperty<Optional<Notice>> currentProperty() {
        return current.getReadOnlyProperty();
    }

    /** Says what went wrong; nothing when the user stopped it. */
    public void failed(Throwable failure) {
        if (!UiThreads.isCancelled(failure)) {
            problem(sentence(failure));
        }
    }

    /** The failure in one sentence for the user. */
    public String sentence(Throwable failure) {
        return failure instanceof ForetokenException known
                ? known.sentence()
                : "Something unexpected went wrong; the log is in " + log + ".";
    }

    /** Says that something doesn't work. */
    public void problem(String sentence) {
        current.set(Optional.of(new Notice(Kind.PROBLEM, sentence)));
    }

    /** Says that something is done. */
    public void done(String sentence) {
        current.set(Optional.of(new Notice(Kind.DONE, sentence)));
    }

    /** Says nothing any more. */
    public void dismiss() {
        current.set(Optional.empty());
    }
}
