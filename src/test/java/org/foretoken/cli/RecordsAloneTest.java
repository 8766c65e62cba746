package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.eval.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every figure that the program tells of a record follows from the record's raw samples: here a JSON parser and arithmetic read the file that {@code bench},
 * {@code eval} and {@code train} wrote, and none of the program's classes.
 */
class RecordsAloneTest {
    private static final String ENGINE = " --kernel f32 --threads 1";
    /** A figure is told with three digits. */
    private static final double TOLD = 0.006;

    @TempDir
    private Path home;

    private Captured done(String line) {
        Captured ran = Captured.run(home, line.strip().split(" +", -1));
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran;
    }

    private List<JsonNode> records() throws Exception {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(home.resolve("runs/runs.jsonl"))) {
            records.add(new ObjectMapper().readTree(line));
        }
        return records;
    }

    /** The numbers that the program tells after a figure's name: value, and interval or standard error. */
    private List<Double> told(JsonNode record, String figure) {
        String result = done("runs --show " + record.get("id").asText())
                .out()
                .lines()
                .filter(line -> line.startsWith("result"))
                .findFirst()
                .orElseThrow();
        Matcher matcher = Pattern.compile("\\b" + figure + " ([0-9.,]+)(?: \\(([0-9.,]+)–([0-9.,]+)\\)| ± ([0-9.,]+))?")
                .matcher(result);
        assertThat(matcher.find()).as("%s in %s", figure, result).isTrue();
        List<Double> numbers = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            if (matcher.group(i) != null) {
                numbers.add(Double.parseDouble(matcher.group(i).replaceAll(",+$|,", "")));
            }
        }
        return numbers;
    }

    private static void assertTold(List<Double> told, double... values) {
        assertThat(told).hasSize(values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(told.get(i)).isCloseTo(values[i], within(TOLD * Math.abs(values[i]) + 1e-9));
        }
    }

    @Test
    void aTimesMedianAndIntervalFollowFromItsSamples() throws Exception {
        done("bench --setup sample-models/kvp-c --lengths 16 --repetitions 9 --seconds 5" + ENGINE);
        List<JsonNode> records = records();
        assertThat(records).hasSize(3);
        for (JsonNode record : records) {
            assertThat(record.get("session").asText())
                    .isEqualTo(records.get(0).get("id").asText());
            double[] ttfts = new double[record.at("/timing/samples").size()];
            for (int i = 0; i < ttfts.length; i++) {
                JsonNode sample = record.at("/timing/samples/" + i);
                for (String phase : List.of("tokenise", "auxiliary", "predict", "first_step")) {
                    ttfts[i] += sample.get(phase).doubleValue();
                }
            }
            double[] asTaken = ttfts.clone();
            java.util.Arrays.sort(ttfts);
            int n = ttfts.length;
            double median = (ttfts[(n - 1) / 2] + ttfts[n / 2]) / 2;
            if (outer(n) == 0) {
                assertTold(told(record, "TTFT"), median);
            } else {
                int worth = (int) (n / inARow(asTaken, median));
                int outer = Math.max(1, outer(worth) * (n + 1) / (worth + 1));
                assertTold(told(record, "TTFT"), median, ttfts[outer - 1], ttfts[n - outer]);
            }
        }
    }

    /** Samples in a row that say as much as one: -1 + 2 Σ of neighbouring correlations of sides in pairs, while those are positive. */
    private static double inARow(double[] asTaken, double median) {
        int n = asTaken.length;
        double whole = 0;
        double sum = 0;
        for (int lag = 0; lag + 1 < n; lag += 2) {
            double pair = 0;
            for (int i = 0; i < n; i++) {
                double side = Math.signum(asTaken[i] - median);
                whole += lag == 0 ? side * side : 0;
                pair += i + lag < n ? side * Math.signum(asTaken[i + lag] - median) : 0;
                pair += i + lag + 1 < n ? side * Math.signum(asTaken[i + lag + 1] - median) : 0;
            }
            if (pair <= 0) {
                break;
            }
            sum += pair;
        }
        return whole == 0 ? 1 : Math.max(1, 2 * sum / whole - 1);
    }

    /** The largest k for which 2 P(B < k) of a binomial(n, 1/2) is 5% at most. */
    private static int outer(int n) {
        BigInteger below = BigInteger.ZERO;
        BigInteger choose = BigInteger.ONE;
        for (int k = 0; k <= n; k++) {
            below = below.add(choose);
            if (below.multiply(BigInteger.valueOf(40)).compareTo(BigInteger.TWO.pow(n)) > 0) {
                return k;
            }
            choose = choose.multiply(BigInteger.valueOf(n - k)).divide(BigInteger.valueOf(k + 1));
        }
        throw new AssertionError(n);
    }

    @Test
    void aScoreAndItsStandardErrorFollowFromItsAnswers() throws Exception {
        done("eval --setup sample-models/kvp-c --task quiz --data sample-models/data/quiz.jsonl --limit 24" + ENGINE);
        List<JsonNode> records = records();
        assertThat(records).hasSize(3);
        double uncertain = 0;
        for (JsonNode record : records) {
            for (String metric : List.of("official_exact", "official_f1")) {
                double[] scores = scores(record, metric);
                assertThat(scores).hasSize(24);
                double mean = mean(scores);
                double squares = 0;
                for (double score : scores) {
                    squares += (score - mean) * (score - mean);
                }
                double error = Math.sqrt(squares / 23 / 24);
                uncertain += error;
                if (error > 0) {
                    assertTold(told(record, Metric.words(metric)), mean, error);
                } else {
                    // all right or all wrong: Wilson's interval, which that is an end of
                    assertThat(mean).isIn(0.0, 1.0);
                    double spread = 1.959964 * 1.959964 / 24;
                    assertTold(
                            told(record, Metric.words(metric)),
                            mean,
                            mean / (1 + spread),
                            Math.max(mean, spread / (1 + spread)));
                }
            }
            JsonNode first = record.at("/answers/examples/0");
            assertThat(first.get("prompt").asText()).isNotEmpty();
            assertThat(first.get("expected").get(0).asText()).isNotEmpty();
        }
        assertThat(uncertain)
                .as("some scores differ, or this would prove nothing")
                .isPositive();
    }

    @Test
    void aPerplexityFollowsFromTheLossesOfItsWindows() throws Exception {
        Path task = Files.writeString(home.resolve("short.json"), """
                {"format": 1, "name": "short", "version": 1, "licence": "any", "window": 64, "metrics": ["loss", "kl", "top_one"]}
                """);
        done("eval --setup sample-models/kvp-c --task " + task + " --data README.md --limit 8" + ENGINE);
        JsonNode predicted = records().get(1);
        assertThat(predicted.at("/subject/arm").asText()).isEqualTo("kv");
        double perplexity = Math.exp(mean(scores(predicted, "loss")));
        assertThat(told(predicted, "perplexity").get(0) / perplexity).isCloseTo(1, within(TOLD));
        assertThat(told(predicted, "KL").get(0) / mean(scores(predicted, "kl"))).isCloseTo(1, within(TOLD));
    }

    private static double[] scores(JsonNode record, String metric) {
        List<Double> scores = new ArrayList<>();
        for (JsonNode example : record.at("/answers/examples")) {
            scores.add(example.get("scores").get(metric).doubleValue());
        }
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void whatATrainingReachedFollowsFromItsCurve() throws Exception {
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes, on and on, again and again. ".repeat(200));
        done("train --scratch --setup sample-models/early-layers --out " + home.resolve("trained")
                + " --tokens 320 --length 32 --batch 2 --validate-every 5 --held-out-sequences 2 --text " + text
                + " --kernel f32");
        JsonNode record = records().get(0);
        JsonNode look = record;
        JsonNode step = record;
        for (JsonNode point : record.at("/training/curve")) {
            if (point.get("held_out").booleanValue()) {
                look = point;
            } else {
                step = point;
            }
        }
        assertTold(told(record, "held-out KL"), look.at("/losses/divergence").doubleValue());
        assertTold(told(record, "perplexity"), Math.exp(look.at("/losses/base").doubleValue()));
        assertTold(told(record, "loss"), step.get("loss").doubleValue());
        assertThat(record.at("/training/end").asText()).isEqualTo("finished");
    }
}
