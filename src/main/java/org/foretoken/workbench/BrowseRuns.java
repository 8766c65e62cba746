package org.foretoken.workbench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;

/** Lists run records, shows one, takes one away. Needs no engine; any thread but the FX thread. */
public final class BrowseRuns {
    private final RunFile runs;

    public BrowseRuns(Workbench workbench) {
        this.runs = workbench.runs();
    }

    /**
     * Which records are wanted.
     *
     * @param task name of what was asked; empty for any record
     * @param setup name or folder; empty for any record
     * @param since when they ended at the earliest; empty for any time
     */
    public record Filter(Optional<String> task, Optional<String> setup, Optional<Instant> since) {
        /** All there are. */
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty());

        boolean takes(RunRecord record) {
            RunRecord.Answers answers = record.answers();
            String name = record.subject().setup();
            String folder = record.subject().setupPath();
            return task.map(wanted -> answers != null && answers.asked().task().equals(wanted))
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
}
