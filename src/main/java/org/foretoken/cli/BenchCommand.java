package org.foretoken.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.MeasureTtft;
import org.foretoken.workbench.TtftRecord;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Measure the time to the first token: base, KV prediction and auxiliary in turns, prompt by prompt length.",
            "From the prompt's text in hand to the first token's id. Warm-up runs first, then turns until the 95% interval of every "
                    + "median is under 3% of it or a limit is reached.",
        },
        footer = {"", "Example: foretoken bench --setup setups/early --lengths 64,128,256,512,1024"})
final class BenchCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private ModelOrSetup model;

    @Option(
            names = "--lengths",
            paramLabel = "64,128,…",
            defaultValue = "64,128,256,512,1024",
            converter = Values.OfIntegers.class,
            description = "tokens of the prompts (default: ${DEFAULT-VALUE})")
    private Values.Integers lengths;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "25",
            converter = Values.AtLeastOne.class,
            description = "most repetitions of a length, at least 5 (default: ${DEFAULT-VALUE})")
    private int repetitions;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "most seconds for a length (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--tail",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "prompt tokens that the base reads itself (default: the setup's own)")
    private Optional<Integer> tail;

    @Option(
            names = "--json",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = "-",
            description = "write the whole record with its raw samples to a file, or in place of the table")
    private Optional<String> json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        MeasureTtft.Request request =
                new MeasureTtft.Request(model.path(), lengths.list(), repetitions, seconds, tail.orElse(0));
        TtftRecord record = session.run(
                "Measuring", engine, (workbench, progress) -> new MeasureTtft(workbench).run(request, progress));
        if (json.filter("-"::equals).isPresent()) {
            session.terminal().out().println(record.json());
            return 0;
        }
        table(record).forEach(session.terminal().out()::println);
        if (json.isPresent()) {
            Path file = Path.of(json.get());
            record.write(file);
            session.terminal().out().println("Wrote " + file + ".");
        }
        return 0;
    }

    static List<String> table(TtftRecord record) {
        List<String> lines = new ArrayList<>();
        lines.add(record.base().name() + " on " + record.machine().cpu() + ", "
                + record.machine().threads()
                + " threads, kernel " + record.machine().kernel() + "; peak "
                + Units.three(record.peak().flopsPerSecond() / 1e9) + " GFLOP/s, "
                + Units.three(record.peak().bytesPerSecond() / 1e9) + " GB/s");
        lines.add(String.format(
                Locale.ROOT,
                "%7s  %-13s %10s %21s %8s %9s %7s  %8s %8s %8s %8s  %8s %6s",
                "tokens",
                "arm",
                "TTFT",
                "p10 to p90",
                "gain",
                "FLOPs",
                "runs",
                "tokenise",
                "aux",
                "predict",
                "step",
                "peak",
                "tok/s"));
        for (TtftRecord.Row row : record.rows()) {
            Double decode = row.decodeTokensPerSecond();
            lines.add(String.format(
                    Locale.ROOT,
                    "%7d  %-13s %10s %21s %7s× %8s× %7d  %8s %8s %8s %8s  %7s%% %6s",
                    row.tokens(),
                    row.arm(),
                    Units.millis(row.median()),
                    Units.millis(row.p10()) + " to " + Units.millis(row.p90()),
                    Units.three(row.gain()),
                    Units.three(row.executedFlopsGain()),
                    row.samples().size(),
                    Units.three(row.phases().tokenise()),
                    Units.three(row.phases().auxiliary()),
                    Units.three(row.phases().predict()),
                    Units.three(row.phases().firstStep()),
                    Units.three(100 * row.shareOfPeak()),
                    decode == null ? "-" : Units.three(decode)));
            if (!row.drift().isEmpty()) {
                lines.add("         " + row.drift());
            }
        }
        lines.add(
                "TTFT is the median; phases in ms; gain is the base's TTFT over this one, FLOPs the same of executed operations;"
                        + " peak is the share of the matmul peak that executed operations reach.");
        return lines;
    }
}
