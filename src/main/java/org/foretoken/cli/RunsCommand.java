package org.foretoken.cli;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.BrowseRuns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "runs",
        description = "List the records of what was measured and trained, show one, or take one away.",
        footer = {
            "",
            "Records are JSON lines in runs/runs.jsonl of Foretoken's folder; figures are computed from their raw samples when shown.",
            "Example: foretoken runs --task quiz --since 2026-11-01"
        })
final class RunsCommand implements Callable<Integer> {
    /** What to do instead of listing; at most one. */
    private static final class Choice {
        @Option(names = "--show", paramLabel = "ID", description = "one record, with --json as it is in the file")
        private @Nullable String show;

        @Option(names = "--delete", paramLabel = "ID", description = "take a record away for good")
        private @Nullable String delete;
    }

    @ArgGroup
    private Choice choice = new Choice();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            converter = Values.OfKind.class,
            description = "records of that kind only: timing, answers, training")
    private Optional<RunRecord.Kind> kind;

    @Option(names = "--task", paramLabel = "NAME", description = "answers to that task only")
    private Optional<String> task;

    @Option(names = "--setup", paramLabel = "NAME|FOLDER", description = "records of that setup only")
    private Optional<String> setup;

    @Option(names = "--since", paramLabel = "2026-11-28", description = "records from that day on only")
    private Optional<LocalDate> since;

    @Option(names = "--json", description = "print the records themselves, a line each")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Spec
    private CommandSpec command;

    private final Session session;

    RunsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        String show = choice.show;
        String delete = choice.delete;
        boolean filters = kind.isPresent() || task.isPresent() || setup.isPresent() || since.isPresent();
        if (filters && (show != null || delete != null)) {
            throw new ParameterException(
                    command.commandLine(), "--show and --delete take one record: leave --kind and the like out.");
        }
        if (delete != null) {
            session.run("Deleting a record", engine, (workbench, progress) -> {
                new BrowseRuns(workbench).delete(delete);
                return delete;
            });
            session.terminal().out().println("Record " + delete + " is deleted.");
        } else if (show != null) {
            RunRecord record = session.run(
                    "Reading a record", engine, (workbench, progress) -> new BrowseRuns(workbench).show(show));
            if (json) {
                session.terminal().out().println(record.json());
            } else {
                RunsText.record(record).forEach(session.terminal().out()::println);
            }
        } else {
            list();
        }
        return 0;
    }

    private void list() throws ForetokenException {
        BrowseRuns.Filter filter = new BrowseRuns.Filter(
                kind,
                task,
                setup,
                since.map(day -> day.atStartOfDay(ZoneId.systemDefault()).toInstant()));
        RunFile.Contents found = session.run(
                "Reading the records", engine, (workbench, progress) -> new BrowseRuns(workbench).list(filter));
        found.faults().forEach(session.terminal().err()::println);
        if (json) {
            found.records().forEach(record -> session.terminal().out().println(record.json()));
        } else {
            RunsText.lines(found.records()).forEach(session.terminal().out()::println);
        }
    }
}
