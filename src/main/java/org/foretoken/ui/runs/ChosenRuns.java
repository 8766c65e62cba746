package org.foretoken.ui.runs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.FileExport;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.BrowseRuns.Reopened;

/** What is done with the chosen records: opened again, written elsewhere, deleted after a question. */
final class ChosenRuns {
    private final RunsViewModel model;
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final ReadOnlyObjectWrapper<List<RunRow>> asked = new ReadOnlyObjectWrapper<>(List.of());

    ChosenRuns(RunsViewModel model, Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.model = model;
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
    }

    /** Those that are to be deleted, if the answer to the question is yes; empty while none is asked. */
    ReadOnlyObjectProperty<List<RunRow>> askedProperty() {
        return asked.getReadOnlyProperty();
    }

    /** Opens the setup or model that the chosen record is of, as the current one. */
    void reload() {
        if (model.selectedProperty().get().size() != 1) {
            return;
        }
        RunRecord record = model.selectedProperty().get().get(0).record();
        threads.ask(() -> actions.runs().reopen(record), reopened -> use(record, reopened), notices::failed);
    }

    private void use(RunRecord record, Reopened reopened) {
        reopened.setup().ifPresent(current::use);
        reopened.base().ifPresent(current::use);
        Integer tail = record.subject().tail();
        if (reopened.setup().isPresent() && tail != null) {
            current.tailProperty().set(tail);
        }
        String name = RunRow.WORDS.measured(record);
        reopened.changed().ifPresentOrElse(notices::problem, () -> notices.done(name + " is open as it was measured."));
    }

    /** Asks whether the chosen records are to be deleted. */
    void askDelete() {
        asked.set(model.selectedProperty().get());
    }

    /** The question, with what else is lost. */
    String question() {
        Set<String> gone = asked.get().stream().map(RunRow::id).collect(Collectors.toSet());
        long without = model.rowsProperty().get().orElse(List.of()).stream()
                .filter(row ->
                        !gone.contains(row.id()) && gone.contains(row.record().session()))
                .count();
        return "Delete " + Numbers.count(gone.size(), "record") + " for good?"
                + (without == 0
                        ? ""
                        : " " + Numbers.count(without, "other") + " taken in turns with the base will have no gain.");
    }

    /** No. */
    void keep() {
        asked.set(List.of());
    }

    /** Yes. */
    void delete() {
        List<String> ids = asked.get().stream().map(RunRow::id).toList();
        asked.set(List.of());
        threads.ask(
                () -> {
                    for (String id : ids) {
                        actions.runs().delete(id);
                    }
                    return ids.size();
                },
                count -> {
                    notices.done("Deleted " + Numbers.count(count, "record") + ".");
                    model.refresh();
                },
                failure -> {
                    notices.failed(failure);
                    model.refresh();
                });
    }

    /** Writes the chosen records as JSON lines, as the program's own file has them. */
    void export(Path file) {
        List<RunRow> chosen = model.selectedProperty().get();
        new FileExport(actions, threads, notices)
                .write(
                        file,
                        () -> chosen.stream()
                                .map(row -> row.record().json() + "\n")
                                .collect(Collectors.joining())
                                .getBytes(StandardCharsets.UTF_8));
    }
}
