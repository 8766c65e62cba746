package org.foretoken.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** The points that the paper (arXiv 2410.08391) published, its known misprints noted; what is plainly wrong is corrected or left out. */
public final class PaperPoints {
    private PaperPoints() {}

    /**
     * The points of a table.
     *
     * @param table 5 (OpenELM 1.1B, TriviaQA, with times), 6 (3B, TriviaQA) or 7 (1.1B, HumanEval)
     */
    public static List<ParetoPoint> of(int table) throws ForetokenException {
        JsonNode file = file();
        for (JsonNode each : file.path("tables")) {
            if (each.path("table").asInt() == table) {
                String origin = file.path("source").asText() + ", Table " + table;
                List<ParetoPoint> points = new ArrayList<>();
                double base = each.at("/rows/0/score").asDouble();
                for (JsonNode row : each.path("rows")) {
                    points.add(point(origin, each, row, base));
                }
                return points;
            }
        }
        throw new ForetokenException("The paper's points are in its tables 5 (OpenELM 1.1B on TriviaQA, with times), 6"
                + " (3B) and 7 (1.1B on HumanEval), not " + table + ".");
    }

    /** Refuses a table that there isn't; 0 is none. */
    public static void check(int table) throws ForetokenException {
        if (table != 0) {
            of(table);
        }
    }

    private static ParetoPoint point(String origin, JsonNode table, JsonNode row, double base) {
        double score = row.path("score").asDouble() / 100;
        JsonNode seconds = row.get("ttft_s");
        JsonNode note = row.get("note");
        return new ParetoPoint(
                origin,
                "paper: " + row.path("series").asText(),
                "paper: " + row.path("name").asText(),
                row.path("arm").asText(),
                null,
                table.path("tokens").asInt(),
                seconds == null ? null : Estimate.of(1e3 * seconds.asDouble()),
                estimate(row.get("ttft_gain")),
                new ParetoPoint.FlopsGain(row.path("flops_gain").asDouble(), null, null),
                Estimate.of(score),
                Estimate.of(100 * score / base),
                false,
                List.of(),
                note == null ? null : note.asText(),
                null);
    }

    private static @Nullable Estimate estimate(@Nullable JsonNode number) {
        return number == null ? null : Estimate.of(number.asDouble());
    }

    private static JsonNode file() {
        try (InputStream in = Objects.requireNonNull(PaperPoints.class.getResourceAsStream("paper.json"))) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
