package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.SetupFile;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;

/** Lists run records, shows one, takes one away, opens what was measured. Needs no engine; any thread but the FX thread. */
public final class BrowseRuns {
    private final Workbench workbench;
    private final RunFile runs;

    public BrowseRuns(Workbench workbench) {
        this.workbench = workbench;
        this.runs = workbench.runs();
    }

    /**
     * Which records are wanted.
     *
     * @param kind empty for any
     * @param task name of what was asked; empty for any record
     * @param setup name or folder; empty for any record
     * @param since when they ended at the earliest; empty for any time
     */
    public record Filter(
            Optional<RunRecord.Kind> kind, Optional<String> task, Optional<String> setup, Optional<Instant> since) {
        /** All there are. */
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** Whether a record is one of those. */
        public boolean takes(RunRecord record) {
            RunRecord.Answers answers = record.answers();
            String name = record.subject().setup();
            String folder = record.subject().setupPath();
            return kind.map(wanted -> record.kind() == wanted).orElse(true)
                    && task.map(wanted ->
                                    answers != null && answers.asked().task().equals(wanted))
                            .orElse(true)
                    && setup.map(wanted -> wanted.equals(name) || (folder != null && same(wanted, folder)))
                            .orElse(true)
                    && since.map(wanted -> !ended(record).isBefore(wanted)).orElse(true);
        }

        private static boolean same(String wanted, String folder) {
            return Path.of(wanted)
                    .toAbsolutePath()
                    .normalize()
                    .equals(Path.of(folder).toAbsolutePath().normalize());
        }

        static Instant ended(RunRecord record) {
            try {
                return Instant.parse(record.timestamp());
            } catch (DateTimeParseException e) {
                return Instant.MIN; // written by hand: older than whatever is asked for
            }
        }
    }

    /**
     * What was measured, opened again.
     *
     * @param setup empty where a model alone was measured
     * @param base that model; empty for a setup
     * @param changed a sentence where it isn't what it was
     */
    public record Reopened(Optional<SetupSummary> setup, Optional<ModelSummary> base, Optional<String> changed) {}

    /** The file that holds them. */
    public Path file() {
        return runs.file();
    }

    /** Those that are wanted, oldest first, with what is wrong with the file. */
    public RunFile.Contents list(Filter filter) throws ForetokenException {
        RunFile.Contents all = runs.read();
        return new RunFile.Contents(all.records().stream().filter(filter::takes).toList(), all.faults());
    }

    /** The record of an id. */
    public RunRecord show(String id) throws ForetokenException {
        return runs.read().records().stream()
                .filter(record -> record.id().equals(id))
                .findFirst()
                .orElseThrow(() -> runs.unknown(id));
    }

    /** Takes a record away for good. */
    public void delete(String id) throws ForetokenException {
        runs.delete(id);
    }

    /**
     * Opens the setup or the model that a record is of.
     *
     * @throws ForetokenException when it isn't where it was
     */
    public Reopened reopen(RunRecord record) throws ForetokenException {
        RunRecord.Subject subject = record.subject();
        String folder = subject.setupPath();
        Path place = Path.of(folder == null ? subject.base().path() : folder);
        if (folder == null ? !Files.exists(place) : !SetupFile.isIn(place)) {
            throw new ForetokenException((folder == null ? "The model" : "The setup") + " that was measured isn't in "
                    + place + " any more: bring it back there, or open it where it is now.");
        }
        Optional<String> changed = changed(subject, RecordedModels.at(place));
        return folder == null
                ? new Reopened(Optional.empty(), Optional.of(new InspectModel(workbench).run(place)), changed)
                : new Reopened(Optional.of(new OpenSetup(workbench).run(place)), Optional.empty(), changed);
    }

    /** What is another than it was, in a sentence; empty where it would give the same numbers. */
    private static Optional<String> changed(RunRecord.Subject was, RecordedModels models) {
        Arm arm = was.known().orElse(was.setup() == null ? Arm.BASE : Arm.KV_PREDICTION);
        RunRecord.Subject wasBare = was.bare();
        RunRecord.Subject is = models.subject(arm, 0).bare();
        Map<String, Boolean> same = new LinkedHashMap<>();
        same.put("base", wasBare.base().equals(is.base()));
        same.put(
                "auxiliary",
                Objects.equals(wasBare.auxiliary(), is.auxiliary())
                        && Objects.equals(wasBare.selectLayers(), is.selectLayers()));
        same.put("layer map", Objects.equals(wasBare.layerMap(), is.layerMap()));
        same.put("source", Objects.equals(wasBare.source(), is.source()));
        same.put("predictor", Objects.equals(wasBare.predictor(), is.predictor()));
        String others = same.entrySet().stream()
                .filter(each -> !each.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        String name = was.setup() == null ? was.base().name() : was.setup();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(name + " has changed since it was measured: not the same are " + others
                        + ". New measurements of it don't continue this record.");
    }
}
