package org.foretoken.workbench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.foretoken.eval.Metric;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.RunRecord;

/**
 * Run records side by side.
 *
 * @param records at least two; the first is what the others are laid against: the base where it is one of them
 * @param differences what is known of them and isn't the same, a value for each record
 * @param figures what was measured, and what follows from two records together
 * @param notes sentences on what can't be compared
 */
public record RunComparison(List<RunRecord> records, List<Row> differences, List<Row> figures, List<String> notes) {
    /** In place of what a record doesn't have. */
    private static final String NONE = "–";

    /** Facts that differ by nature, or are shown as figures. */
    private static final Set<String> OWN = Set.of("record", "ended", RunWords.RESULT, RunWords.PHASES);

    public RunComparison {
        records = List.copyOf(records);
        differences = List.copyOf(differences);
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
    }

    /** One thing of each record. */
    public record Row(String name, List<String> values) {
        public Row {
            values = List.copyOf(values);
        }
    }

    /** Compares. */
    public static RunComparison of(List<RunRecord> chosen, RunWords words) {
        List<RunRecord> records = new ArrayList<>(chosen);
        chosen.stream().filter(record -> record.subject().ofBase()).findFirst().ifPresent(base -> {
            records.remove(base);
            records.add(0, base);
        });
        List<Row> figures = figures(records, words);
        List<String> notes = new ArrayList<>();
        RunRecord first = records.get(0);
        if (records.stream().map(RunRecord::kind).distinct().count() > 1) {
            notes.add("They are of different kinds: only what is known of them is compared.");
        } else if (first.timing() != null) {
            gains(records, words, figures, notes);
        } else if (first.answers() != null) {
            ratios(records, words, figures, notes);
        }
        return new RunComparison(records, differences(records, words), figures, notes);
    }

    private static List<Row> differences(List<RunRecord> records, RunWords words) {
        List<Map<String, String>> facts = facts(records, words);
        // in the order of the record that has most of them
        Set<String> names = new LinkedHashSet<>();
        facts.stream()
                .sorted(Comparator.comparingInt((Map<String, String> of) -> of.size())
                        .reversed())
                .forEach(of -> names.addAll(of.keySet()));
        return names.stream()
                .filter(name -> !OWN.contains(name))
                .map(name -> new Row(
                        name,
                        facts.stream().map(of -> of.getOrDefault(name, NONE)).toList()))
                .filter(row -> row.values().stream().distinct().count() > 1)
                .toList();
    }

    private static List<Map<String, String>> facts(List<RunRecord> records, RunWords words) {
        List<Map<String, String>> facts = new ArrayList<>();
        for (RunRecord record : records) {
            Map<String, String> of = new LinkedHashMap<>();
            words.facts(record).forEach(fact -> of.put(fact.name(), fact.value()));
            facts.add(of);
        }
        return facts;
    }

    private static List<Row> figures(List<RunRecord> records, RunWords words) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (int i = 0; i < records.size(); i++) {
            for (RunWords.Figure figure : words.figures(records.get(i))) {
                List<String> row = rows.computeIfAbsent(
                        figure.name(),
                        name -> new ArrayList<>(
                                records.stream().map(record -> NONE).toList()));
                String interval = figure.standardError().isPresent()
                        ? " " + words.value(figure.estimate()).replaceFirst("^\\S+ ?", "")
                        : "";
                row.set(i, (words.value(figure) + interval).strip());
            }
        }
        List<Row> figures = new ArrayList<>();
        rows.forEach((name, values) -> figures.add(new Row(name, values)));
        return figures;
    }

    /** A row over the first record; empty where nothing can be said of any other. */
    private static Optional<Row> against(
            List<RunRecord> records, String name, Function<RunRecord, Optional<String>> value) {
        List<String> values = new ArrayList<>(List.of(NONE));
        boolean any = false;
        for (RunRecord record : records.subList(1, records.size())) {
            Optional<String> one = value.apply(record);
            any |= one.isPresent();
            values.add(one.orElse(NONE));
        }
        return any ? Optional.of(new Row(name, values)) : Optional.empty();
    }

    private static void gains(List<RunRecord> records, RunWords words, List<Row> figures, List<String> notes) {
        RunRecord first = records.get(0);
        against(
                        records,
                        "gain over the first",
                        record -> tookTurns(record, first)
                                ? Optional.of(words.value(Estimate.ratioByTurn(ttfts(first), ttfts(record))))
                                : Optional.empty())
                .ifPresent(figures::add);
        figures.add(new Row(
                RunWords.PHASES,
                facts(records, words).stream()
                        .map(of -> of.getOrDefault(RunWords.PHASES, NONE))
                        .toList()));
        if (records.stream().map(RunRecord::session).distinct().count() > 1) {
            notes.add("Times of different sessions weren't taken in turns: a gain between them would measure how the"
                    + " machine drifted as well.");
        }
    }

    private static boolean tookTurns(RunRecord record, RunRecord first) {
        return record.session().equals(first.session())
                && tokens(record) == tokens(first)
                && ttfts(record).size() == ttfts(first).size();
    }

    private static int tokens(RunRecord record) {
        return Objects.requireNonNull(record.timing()).tokens();
    }

    private static List<Double> ttfts(RunRecord record) {
        return Objects.requireNonNull(record.timing()).ttfts();
    }

    private static void ratios(List<RunRecord> records, RunWords words, List<Row> figures, List<String> notes) {
        RunRecord first = records.get(0);
        for (String metric :
                RunWords.scores(Objects.requireNonNull(first.answers())).keySet()) {
            if (!higherIsBetter(metric)) {
                continue;
            }
            against(records, Metric.words(metric) + " over the first's", record -> ratio(record, first, metric, words))
                    .ifPresent(figures::add);
        }
        against(
                        records,
                        "differs from the first in",
                        record -> RunExamples.of(record, Optional.of(first)).differing())
                .ifPresent(figures::add);
        if (records.stream().anyMatch(record -> !RunExamples.sameQuestions(record, first))) {
            notes.add("They answer different questions, or theirs were drawn differently, so that no ratio question by"
                    + " question can be made of them all.");
        }
    }

    /** Question by question. */
    private static Optional<String> ratio(RunRecord record, RunRecord first, String metric, RunWords words) {
        if (!RunExamples.sameQuestions(record, first)) {
            return Optional.empty();
        }
        List<Double> own =
                RunWords.scores(Objects.requireNonNull(record.answers())).getOrDefault(metric, List.of());
        List<Double> base =
                RunWords.scores(Objects.requireNonNull(first.answers())).getOrDefault(metric, List.of());
        return own.isEmpty() || own.size() != base.size()
                ? Optional.empty()
                : Optional.ofNullable(Estimate.ratioOfMeans(own, base)).map(words::value);
    }

    private static boolean higherIsBetter(String metric) {
        try {
            return Metric.valueOf(metric.toUpperCase(Locale.ROOT)).higherIsBetter();
        } catch (IllegalArgumentException e) {
            return false; // of a program that knows more: nothing is claimed
        }
    }
}
