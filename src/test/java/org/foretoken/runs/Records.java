package org.foretoken.runs;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Answered;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.jspecify.annotations.Nullable;

/** Small records, made by hand. */
public final class Records {
    public static final Machine MACHINE =
            new Machine("a CPU", 2, 2, 8_000_000_000L, "an OS", "a JVM", "f32", "float32", 1, "mains");
    public static final RunRecord.Model BASE = new RunRecord.Model("big", "models/big", "b".repeat(64));

    public static final SetupFile.Origin MADE = new SetupFile.Origin(
            "calibrated", 8_192, List.of("/texts/a.txt", "/texts/b.jsonl"), 0.1, null, "0.1.0", "f32", null);

    private Records() {}

    public static RunRecord.Subject base() {
        return RunRecord.Subject.base(BASE);
    }

    public static RunRecord.Subject predicted(int tail) {
        return new RunRecord.Subject(
                "kv",
                "half",
                "setups/half",
                BASE,
                null,
                List.of(0, 1),
                List.of(0, 1, 1, 1),
                "hidden",
                "p".repeat(64),
                tail,
                MADE);
    }

    public static DecoderConfig config(int layers) {
        LayerShape layer = new LayerShape(4, 2, 8, 64, false);
        return new DecoderConfig(
                "Llama",
                100,
                32,
                256,
                1e-5,
                new Rope(10_000, null, List.of()),
                true,
                false,
                false,
                Collections.nCopies(layers, layer));
    }

    public static RunRecord timing(String id, String session, RunRecord.Subject subject, double... ttfts) {
        RunRecord.Shapes shapes = subject.ofBase()
                ? new RunRecord.Shapes(config(4), null, null, null)
                : new RunRecord.Shapes(config(4), config(2), List.of(0, 0, 32, 32), true);
        List<PhaseTimes> samples = java.util.Arrays.stream(ttfts)
                .mapToObj(ttft -> new PhaseTimes(0.25, 0.5, 0.25, ttft - 1, 0, 0))
                .toList();
        return record(
                id,
                session,
                subject,
                new RunRecord.Timing(64, 65, 2, 50, 60, "repetitions", null, shapes, samples),
                null);
    }

    public static RunRecord answers(String id, RunRecord.Subject subject, String metric, double... scores) {
        List<Answered> examples = IntStream.range(0, scores.length)
                .mapToObj(i -> new Answered(
                        "#" + i,
                        "Who?",
                        " me",
                        "me",
                        "stop_string",
                        List.of("me"),
                        Map.of(metric, scores[i]),
                        List.of()))
                .toList();
        RunRecord.Asked asked = new RunRecord.Asked("quiz", 1, "t".repeat(64), "quiz.jsonl", "d".repeat(64), 1, 0);
        return record(id, id, subject, null, new RunRecord.Answers(asked, examples));
    }

    /** The same answers under other conditions. */
    public static RunRecord asked(RunRecord record, int shots, int limit, @Nullable Sampling sampling) {
        RunRecord.Answers answers = Objects.requireNonNull(record.answers());
        RunRecord.Asked asked = answers.asked();
        RunRecord.Asked other = new RunRecord.Asked(
                asked.task(), asked.version(), asked.sha256(), asked.data(), asked.dataSha256(), shots, limit);
        return record(
                record.id(),
                record.session(),
                record.subject(),
                null,
                new RunRecord.Answers(other, answers.examples(), sampling));
    }

    /** The same from a setup's other folder or with another predictor. */
    public static RunRecord.Subject other(RunRecord.Subject subject, String folder, String predictor) {
        return new RunRecord.Subject(
                subject.arm(),
                subject.setup(),
                folder,
                subject.base(),
                subject.auxiliary(),
                subject.selectLayers(),
                subject.layerMap(),
                subject.source(),
                predictor,
                subject.tail(),
                subject.made());
    }

    private static RunRecord record(
            String id,
            String session,
            RunRecord.Subject subject,
            RunRecord.@Nullable Timing timing,
            RunRecord.@Nullable Answers answers) {
        return new RunRecord(
                RunRecord.SCHEMA,
                id,
                session,
                "0.1.0",
                "2026-11-28T03:00:00Z",
                subject,
                MACHINE,
                null,
                timing,
                answers,
                null);
    }
}
