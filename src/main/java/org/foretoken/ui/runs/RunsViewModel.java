package org.foretoken.ui.runs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.foretoken.ForetokenException;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.RunComparison;
import org.foretoken.workbench.RunExamples;
import org.foretoken.workbench.RunWords;

/** The run records: which are shown and chosen, and what is done with them. */
public final class RunsViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest reading;
    private final Latest telling;
    private final RunFilter filter = new RunFilter();
    private final ExamplesViewModel examples = new ExamplesViewModel();
    private final ReadOnlyObjectWrapper<Optional<List<RunRow>>> rows = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<RunRow>> shown = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<List<RunRow>> selected = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Optional<Detail>> detail = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<String>> faults = new ReadOnlyObjectWrapper<>(List.of());
    private final ChosenRuns chosen;

    /**
     * What is told of the chosen records.
     *
     * @param facts of one record; empty for several
     * @param comparison of several
     */
    record Detail(List<RunRow> rows, List<RunWords.Fact> facts, Optional<RunComparison> comparison) {}

    public RunsViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.reading = new Latest(threads);
        this.telling = new Latest(threads);
        this.current = current;
        chosen = new ChosenRuns(this, actions, threads, notices, current);
        filter.onChange(this::sift);
    }

    CurrentSetup current() {
        return current;
    }

    /** Whether a model or a setup is in use, which can be measured. */
    boolean hasModel() {
        return current.basePath().isPresent() || current.setupProperty().get().isPresent();
    }

    RunFilter filter() {
        return filter;
    }

    /** The questions of a record, while they are looked at. */
    ExamplesViewModel examples() {
        return examples;
    }

    /** All records, newest first; empty before they were read. */
    ReadOnlyObjectProperty<Optional<List<RunRow>>> rowsProperty() {
        return rows.getReadOnlyProperty();
    }

    /** Those that pass the filter, newest first. */
    ReadOnlyObjectProperty<List<RunRow>> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** Those that are chosen, in the order shown. */
    ReadOnlyObjectProperty<List<RunRow>> selectedProperty() {
        return selected.getReadOnlyProperty();
    }

    /** What is told of those. */
    ReadOnlyObjectProperty<Optional<Detail>> detailProperty() {
        return detail.getReadOnlyProperty();
    }

    /** A sentence for each line of the file that can't be used. */
    ReadOnlyObjectProperty<List<String>> faultsProperty() {
        return faults.getReadOnlyProperty();
    }

    /** What is done with those that are chosen. */
    ChosenRuns chosen() {
        return chosen;
    }

    /** Reads the file again. What was chosen stays so. */
    public void refresh() {
        read(Optional.empty());
    }

    /** Chooses these records, whatever the filter, and says so where one isn't there. */
    public void show(List<String> ids) {
        examples.close();
        read(Optional.of(List.copyOf(ids)));
    }

    private record Read(List<RunRow> rows, List<String> faults) {}

    private void read(Optional<List<String>> wanted) {
        Map<String, RunRow> known = new HashMap<>();
        rows.get().orElse(List.of()).forEach(row -> known.put(row.id(), row));
        reading.ask(() -> read(known), read -> took(read, wanted), notices::failed);
    }

    /** Newest first; rows that were made before are kept. */
    private Read read(Map<String, RunRow> known) throws ForetokenException {
        RunFile.Contents contents = actions.runs().read();
        List<RunRow> made = new ArrayList<>();
        for (RunRecord record : contents.records()) {
            RunRow row = known.get(record.id());
            made.add(0, row == null ? new RunRow(record) : row);
        }
        return new Read(made, contents.faults());
    }

    private void took(Read read, Optional<List<String>> wanted) {
        faults.set(read.faults());
        rows.set(Optional.of(read.rows()));
        if (wanted.isEmpty()) {
            sift();
            return;
        }
        Set<String> ids = new HashSet<>(wanted.get());
        List<RunRow> found =
                read.rows().stream().filter(row -> ids.contains(row.id())).toList();
        Instant now = Instant.now();
        if (!found.stream().allMatch(row -> filter.takes(row, now))) {
            filter.clear();
        }
        sift();
        select(found);
        if (found.size() < ids.size()) {
            notices.problem(Numbers.count(ids.size() - found.size(), "record")
                    + " behind this can't be shown: not in the runs file any more.");
        }
    }

    private void sift() {
        Instant now = Instant.now();
        shown.set(rows.get().orElse(List.of()).stream()
                .filter(row -> filter.takes(row, now))
                .toList());
        select(selected.get());
    }

    /** Chooses records; those that aren't shown are passed over. */
    void select(List<RunRow> rowsToChoose) {
        Set<RunRow> wanted = new HashSet<>(rowsToChoose);
        List<RunRow> now = shown.get().stream().filter(wanted::contains).toList();
        boolean same = now.equals(selected.get());
        selected.set(now);
        if (same && (now.isEmpty() || detail.get().isPresent())) {
            return;
        }
        chosen.keep();
        if (now.isEmpty()) {
            telling.forget();
            detail.set(Optional.empty());
            return;
        }
        telling.ask(() -> tell(now), told -> detail.set(Optional.of(told)), notices::failed);
    }

    private static Detail tell(List<RunRow> rows) {
        if (rows.size() == 1) {
            return new Detail(rows, RunRow.WORDS.facts(rows.get(0).record()), Optional.empty());
        }
        List<RunRecord> records = rows.stream().map(RunRow::record).toList();
        return new Detail(rows, List.of(), Optional.of(RunComparison.of(records, RunRow.WORDS)));
    }

    /** Names of tasks that were asked. */
    List<String> tasks() {
        return names(record -> Stream.ofNullable(record.answers())
                .map(answers -> answers.asked().task()));
    }

    /** Names of setups that were measured. */
    List<String> setups() {
        return names(record -> Stream.ofNullable(record.subject().setup()));
    }

    private List<String> names(Function<RunRecord, Stream<String>> name) {
        return rows.get().orElse(List.of()).stream()
                .map(RunRow::record)
                .flatMap(name)
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether questions can be looked at: of one record of answers, or of one beside another. */
    boolean hasExamples() {
        List<RunRow> some = selected.get();
        return (some.size() == 1 || some.size() == 2)
                && some.stream().allMatch(row -> row.record().answers() != null);
    }

    /** Opens the questions of the chosen record beside the base's answers, or of two records beside each other. */
    void openExamples() {
        if (!hasExamples()) {
            return;
        }
        List<RunRow> some = selected.get();
        List<RunRecord> all =
                rows.get().orElse(List.of()).stream().map(RunRow::record).collect(Collectors.toList());
        Collections.reverse(all);
        threads.ask(
                () -> {
                    if (some.size() == 1) {
                        return RunExamples.besideBase(some.get(0).record(), all);
                    }
                    List<RunRecord> two = detailed(some);
                    return RunExamples.beside(two.get(1), two.get(0));
                },
                examples::open,
                notices::failed);
    }

    private static List<RunRecord> detailed(List<RunRow> rows) {
        return RunComparison.of(rows.stream().map(RunRow::record).toList(), RunRow.WORDS)
                .records();
    }
}
