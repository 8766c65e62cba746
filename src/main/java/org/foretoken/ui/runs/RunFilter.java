package org.foretoken.ui.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.Property;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.BrowseRuns;
import org.jspecify.annotations.Nullable;

/** Which records are shown. */
final class RunFilter {
    /** How old a record may be. */
    enum Since {
        ANY("Any time", null),
        DAY("Last 24 hours", Duration.ofDays(1)),
        WEEK("Last 7 days", Duration.ofDays(7)),
        MONTH("Last 30 days", Duration.ofDays(30));

        private final String label;
        private final @Nullable Duration age;

        Since(String label, @Nullable Duration age) {
            this.label = label;
            this.age = age;
        }

        String label() {
            return label;
        }
    }

    private final StringProperty text = new SimpleStringProperty("");
    private final ObjectProperty<Optional<RunRecord.Kind>> kind = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Optional<String>> task = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Optional<String>> setup = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Since> since = new SimpleObjectProperty<>(Since.ANY);

    /** Words that a record has somewhere, each of them. */
    StringProperty textProperty() {
        return text;
    }

    ObjectProperty<Optional<RunRecord.Kind>> kindProperty() {
        return kind;
    }

    /** The task that was asked, by name. */
    ObjectProperty<Optional<String>> taskProperty() {
        return task;
    }

    /** The setup that was measured, by name. */
    ObjectProperty<Optional<String>> setupProperty() {
        return setup;
    }

    ObjectProperty<Since> sinceProperty() {
        return since;
    }

    /** Has somebody hear of every change. */
    void onChange(Runnable listener) {
        for (Property<?> each : java.util.List.<Property<?>>of(text, kind, task, setup, since)) {
            each.addListener((o, old, now) -> listener.run());
        }
    }

    /** Shows everything. */
    void clear() {
        text.set("");
        kind.set(Optional.empty());
        task.set(Optional.empty());
        setup.set(Optional.empty());
        since.set(Since.ANY);
    }

    /** Whether anything is left out. */
    boolean isOn() {
        return !text.get().isBlank()
                || kind.get().isPresent()
                || task.get().isPresent()
                || setup.get().isPresent()
                || since.get() != Since.ANY;
    }

    boolean takes(RunRow row, Instant now) {
        BrowseRuns.Filter plain = new BrowseRuns.Filter(
                kind.get(),
                task.get(),
                setup.get(),
                Optional.ofNullable(since.get().age).map(now::minus));
        return plain.takes(row.record()) && row.has(text.get().strip());
    }
}
