package org.foretoken.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.WriteReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = {
            "Write a report on a base from the run records: every arm that was timed and asked something, in tables and figures.",
            "Nothing is measured; the newest records of each arm are taken."
        },
        footer = {"", "Example: foretoken report --base SmolLM2-135M-Instruct --commands make.sh --out report.md"})
final class ReportCommand implements Callable<Integer> {
    @Option(
            names = "--base",
            paramLabel = "NAME",
            description = "the base's name as 'foretoken runs' shows it (default: that of the newest record)")
    private Optional<String> base;

    @Option(names = "--since", paramLabel = "2026-11-28", description = "records from that day on only")
    private Optional<LocalDate> since;

    @Option(
            names = "--commands",
            required = true,
            paramLabel = "FILE",
            description = "a text with the commands that made the records, for the report's end")
    private Path commands;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "the Markdown file; figures go into a folder of its name beside it")
    private Path out;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    ReportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        WriteReport.Request request = new WriteReport.Request(
                base, since.map(day -> day.atStartOfDay(ZoneId.systemDefault()).toInstant()), commands, out);
        WriteReport.Result result = session.run(
                "Writing the report", engine, (workbench, progress) -> new WriteReport(workbench).run(request));
        result.faults().forEach(session.terminal().err()::println);
        if (result.left() > 0) {
            session.terminal()
                    .err()
                    .println(
                            Digits.count(result.left())
                                    + " records of that base are left out: they were made on another machine or with another kernel.");
        }
        result.files().forEach(session.terminal().out()::println);
        return 0;
    }
}
