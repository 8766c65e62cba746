package org.foretoken.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.foretoken.eval.Answered;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.jspecify.annotations.Nullable;

/** Run records in words. Every figure is computed here from raw samples. */
final class RunsText {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

    private RunsText() {}

    static List<String> lines(List<RunRecord> records) {
        if (records.isEmpty()) {
            return List.of("There are no such records. 'foretoken pareto' and 'foretoken train' make some.");
        }
        List<String> lines = new ArrayList<>();
        lines.add(line("id", "ended", "of", "arm", "tail", "setup or model", "what"));
        for (RunRecord record : records) {
            RunRecord.Subject subject = record.subject();
            String setup = subject.setup();
            lines.add(line(
                    record.id(),
                    ended(record),
                    record.kind().label(),
                    subject.arm(),
                    subject.tail() == null ? "-" : subject.tail(),
                    setup == null ? subject.base().name() : setup,
                    what(record)));
        }
        return lines;
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-10s  %-16s  %-8s  %-9s  %4s  %-20s  %s", cells)
                .stripTrailing();
    }

    private static String ended(RunRecord record) {
        try {
            return MINUTE.format(Instant.parse(record.timestamp()));
        } catch (DateTimeParseException e) {
            return record.timestamp();
        }
    }

    private static String what(RunRecord record) {
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        if (timing != null) {
            return Units.count(timing.tokens()) + " tokens: "
                    + Estimate.median(timing.ttfts()).words("") + " ms";
        }
        if (answers != null) {
            List<String> scores = new ArrayList<>();
            scores(answers)
                    .forEach((metric, values) ->
                            scores.add(metric + " " + Estimate.mean(values).words("")));
            return answers.asked().task() + ", "
                    + Units.count(answers.examples().size()) + " questions: " + String.join(", ", scores);
        }
        return training == null ? "" : training(training);
    }

    private static String training(RunRecord.Training training) {
        CurvePoint last = null;
        for (CurvePoint point : training.curve()) {
            last = point;
        }
        return training.end()
                + (last == null
                        ? ""
                        : " after step " + Units.count(last.step()) + ", loss " + Units.three(last.loss()));
    }

    /** A metric's values over the questions, for each metric. */
    private static Map<String, List<Double>> scores(RunRecord.Answers answers) {
        Map<String, List<Double>> scores = new TreeMap<>();
        for (Answered example : answers.examples()) {
            example.scores()
                    .forEach((metric, value) -> scores.computeIfAbsent(metric, name -> new ArrayList<>())
                            .add(value));
        }
        return scores;
    }

    /** One record at length. */
    static List<String> record(RunRecord record) {
        RunRecord.Subject subject = record.subject();
        List<String> lines = new ArrayList<>();
        lines.add("record      " + record.id() + " (" + record.kind().label() + ", session " + record.session() + ")");
        lines.add("ended       " + ended(record) + ", Foretoken " + record.program());
        lines.add("arm         " + subject.arm() + (subject.tail() == null ? "" : ", tail " + subject.tail()));
        if (subject.setup() != null) {
            lines.add("setup       " + subject.setup() + ", " + subject.setupPath());
        }
        lines.add("base        " + model(subject.base()));
        if (subject.auxiliary() != null) {
            lines.add("auxiliary   " + model(subject.auxiliary()));
        } else if (subject.selectLayers() != null) {
            lines.add("auxiliary   layers " + Units.list(subject.selectLayers()) + " of the base");
        }
        if (subject.layerMap() != null) {
            lines.add("layer map   " + Units.list(subject.layerMap()) + ", source " + subject.source());
        }
        lines.add("machine     " + record.machine().cpu() + ", kernel "
                + record.machine().kernel() + ", " + record.machine().threads() + " threads, power: "
                + record.machine().powerSource());
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        if (timing != null) {
            lines.add("samples     " + timing.samples().size() + ", ended by " + timing.end());
        }
        if (answers != null) {
            lines.add("task        " + answers.asked().task() + " version "
                    + answers.asked().version() + ", " + answers.asked().shots() + "-shot, "
                    + answers.asked().data());
        }
        if (training != null) {
            lines.add("folder      " + training.folder());
            training.settings().forEach((name, value) -> lines.add("            " + name + " = " + value));
        }
        lines.add("result      " + what(record));
        return lines;
    }

    private static String model(RunRecord.Model model) {
        @Nullable String hash = model.hash();
        return model.name() + ", " + model.path() + (hash == null ? "" : ", hash " + hash.substring(0, 12));
    }
}
