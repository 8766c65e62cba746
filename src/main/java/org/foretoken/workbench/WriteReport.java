package org.foretoken.workbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.runs.RecordedPareto;
import org.foretoken.runs.ReportText;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;

/** A report on a base, written from run records alone: nothing is measured. Needs no engine; any thread but the FX thread. */
public final class WriteReport {
    private static final Axes AXES = new Axes(Axes.X.GAIN, Axes.Y.RETAINED, Definition.EXECUTED, true);

    private final RunFile runs;

    public WriteReport(Workbench workbench) {
        this.runs = workbench.runs();
    }

    /**
     * What to write.
     *
     * @param base the model's name; empty for that of the newest record
     * @param since when records ended at the earliest; empty for all
     * @param commands a file with the commands that make the records, shown at the report's end
     * @param out the Markdown file; figures go into a folder of its name beside it
     */
    public record Request(Optional<String> base, Optional<Instant> since, Path commands, Path out) {}

    /**
     * What came out.
     *
     * @param files written
     * @param left records of that base that another machine made, or another kernel: a report is of one
     * @param faults a sentence for every line of the records' file that can't be used
     */
    public record Result(List<Path> files, int left, List<String> faults) {}

    /**
     * Writes it.
     *
     * @throws ForetokenException when there is nothing to report on, or a file can't be read or written; one that may not be replaced is found before
     *     anything is written
     */
    public Result run(Request request) throws ForetokenException {
        RunFile.Contents recorded = runs.read();
        List<RunRecord> all = recorded.records().stream()
                .filter(record -> record.timing() != null || record.answers() != null)
                .filter(record -> request.since()
                        .map(since -> !BrowseRuns.Filter.ended(record).isBefore(since))
                        .orElse(true))
                .toList();
        String base = request.base()
                .orElseGet(() ->
                        all.isEmpty() ? "" : all.getLast().subject().base().name());
        List<RunRecord> ofBase = all.stream()
                .filter(record -> record.subject().base().name().equals(base))
                .toList();
        if (ofBase.isEmpty()) {
            int faults = recorded.faults().size();
            throw new ForetokenException(runs.file() + " has no times or answers"
                    + (base.isEmpty() ? "" : " of " + base)
                    + (faults == 0 ? "" : " that can be read (" + faults + " lines can't, see 'foretoken runs')")
                    + ": measure some with 'foretoken pareto', 'foretoken eval' and 'foretoken bench'.");
        }
        List<RunRecord> here = KnownRuns.ofOneMachine(ofBase);
        List<Pareto> charts = new RecordedPareto(here).charts(AXES);
        if (charts.isEmpty()) {
            throw new ForetokenException(runs.file() + " has no arm on " + base
                    + " that was both timed and asked something: measure one with 'foretoken pareto'.");
        }
        Map<String, RunRecord> named = named(charts, here);
        ReportText text = new ReportText(base, charts, named);
        String commands = commands(request.commands());
        Path folder = request.out().resolveSibling(stem(request.out()));
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        List<String> figures = new ArrayList<>();
        for (Pareto chart : charts) {
            // a link in Markdown ends at a space or a bracket
            String name = (chart.task() + "-" + chart.metric().toLowerCase(Locale.ROOT))
                    .replaceAll("[^\\p{L}\\p{N}._@]+", "-");
            for (String format : List.of("svg", "csv")) {
                contents.put(
                        folder.resolve(name + "." + format),
                        ParetoFigure.inDocument(chart).as(format));
            }
            figures.add(folder.getFileName() + "/" + name + ".svg");
        }
        contents.put(request.out(), text.markdown(figures, commands).getBytes(StandardCharsets.UTF_8));
        for (Path file : contents.keySet()) {
            checkSpares(request.commands(), file);
            AtomicFile.checkMayReplace(file);
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ForetokenException(
                    "The folder " + folder + " for the figures can't be made (" + ForetokenException.reason(e)
                            + "): choose another --out.",
                    e);
        }
        for (Map.Entry<Path, byte[]> content : contents.entrySet()) {
            AtomicFile.write(content.getKey(), content.getValue());
        }
        return new Result(List.copyOf(contents.keySet()), ofBase.size() - here.size(), recorded.faults());
    }

    private static String commands(Path file) throws ForetokenException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ForetokenException(
                    "The commands in " + file + " can't be read (" + ForetokenException.reason(e)
                            + "): give a text file that may be read.",
                    e);
        }
    }

    /** Refuses to write over the commands, whatever name they go by. */
    private static void checkSpares(Path commands, Path target) throws ForetokenException {
        boolean same;
        try {
            same = Files.exists(target) && Files.isSameFile(commands, target);
        } catch (IOException e) {
            throw new ForetokenException(
                    target + " can't be read (" + ForetokenException.reason(e) + "): choose another --out.", e);
        }
        if (same) {
            throw new ForetokenException(
                    target + " is the file with the commands, which would be lost: choose another --out.");
        }
    }

    private static Map<String, RunRecord> named(List<Pareto> charts, List<RunRecord> records) {
        Map<String, RunRecord> byId = new LinkedHashMap<>();
        records.forEach(record -> byId.put(record.id(), record));
        Map<String, RunRecord> named = new LinkedHashMap<>();
        charts.stream()
                .flatMap(chart -> chart.points().stream())
                .flatMap(point -> point.records().stream())
                .forEach(id -> named.put(id, byId.get(id)));
        return named;
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name + "-files";
    }
}
