package org.foretoken.ui;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Answered;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.foretoken.ui.shell.Actions;
import org.foretoken.workbench.BrowseRuns;
import org.jspecify.annotations.Nullable;

/** Run records made up: times of a session, answers of base and prediction to the same questions, a text, a training. */
public final class FakeRuns implements Actions.Runs {
    public static final int QUESTIONS = 40;

    /** Oldest first. */
    public final List<RunRecord> records = new CopyOnWriteArrayList<>();

    public final List<String> faults = new CopyOnWriteArrayList<>();
    public final List<RunRecord> reopened = new CopyOnWriteArrayList<>();
    /** What opening again comes to. */
    public volatile Optional<BrowseRuns.Reopened> opens = Optional.empty();

    /** A few of every kind. */
    public void fill() {
        records.add(timing("b512", "b512", Records.base(), 131));
        records.add(timing("k512", "b512", Records.predicted(1), 74));
        records.add(timing("k512b", "other", Records.predicted(8), 80));
        records.add(answers("abase", Records.base(), 3, "triviaqa"));
        records.add(answers("akv", Records.predicted(1), 5, "triviaqa"));
        records.add(answers("aquiz", Records.predicted(1), 4, "quiz"));
        records.add(text("text", Records.predicted(1).withoutTail()));
        records.add(training("train"));
    }

    @Override
    public RunFile.Contents read() {
        return new RunFile.Contents(records, faults);
    }

    @Override
    public void delete(String id) throws ForetokenException {
        if (!records.removeIf(record -> record.id().equals(id))) {
            throw new ForetokenException("There is no record " + id + ".");
        }
    }

    @Override
    public BrowseRuns.Reopened reopen(RunRecord record) throws ForetokenException {
        reopened.add(record);
        return opens.orElseThrow(() -> new ForetokenException("The setup that was measured isn't in "
                + Path.of("setups/half") + " any more: bring it back there, or open it where it is now."));
    }

    public static RunRecord timing(String id, String session, RunRecord.Subject subject, double median) {
        Random random = new Random(id.hashCode());
        RunRecord like = Records.timing(id, session, subject, 10);
        RunRecord.Timing t = java.util.Objects.requireNonNull(like.timing());
        List<PhaseTimes> samples = IntStream.range(0, 30)
                .mapToObj(i -> new PhaseTimes(
                        1.2,
                        subject.ofBase() ? 0 : 40,
                        subject.ofBase() ? 0 : 5,
                        median - (subject.ofBase() ? 1.2 : 46.2) + random.nextGaussian() * 2,
                        0,
                        0))
                .toList();
        return with(
                like,
                "2026-11-2" + (7 + id.length() % 2) + "T04:0" + id.length() + ":00Z",
                new RunRecord.Timing(512, 512, 2, 50, 60, "precise", 0.01, t.shapes(), samples),
                null,
                null);
    }

    /** Every so manieth question is answered wrongly. */
    public static RunRecord answers(String id, RunRecord.Subject subject, int wrong, String task) {
        List<Answered> examples = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            boolean right = i % wrong != 0;
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("official_exact", right ? 1.0 : 0.0);
            scores.put("official_f1", right ? 1.0 : i % 2 == 0 ? 0.5 : 0);
            String name = "Robert Stevenson " + i;
            examples.add(new Answered(
                    "q" + i,
                    "Answer these questions:\n\nQ: Which sea is to the north of the island?\nA: the Norwegian Sea\n\nQ: Who built"
                            + " lighthouse number " + i + " on Shetland?\nA:",
                    " " + (right ? name : "Thomas Telford") + "\n",
                    right ? name : "Thomas Telford",
                    "stop_string",
                    List.of(name, "Stevenson " + i),
                    scores,
                    List.of()));
        }
        RunRecord like = Records.answers(id, subject, "official_exact", 1);
        RunRecord.Asked asked =
                new RunRecord.Asked(task, 1, "t".repeat(64), "/data/" + task + ".jsonl", task.repeat(8), 1, QUESTIONS);
        return with(like, "2026-11-28T05:10:00Z", null, new RunRecord.Answers(asked, examples), null);
    }

    /** Windows of a text. */
    public static RunRecord text(String id, RunRecord.Subject subject) {
        List<Answered> windows = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("loss", 3.1 + 0.2 * Math.sin(i));
            scores.put("kl", 0.18 + 0.02 * Math.cos(i));
            scores.put("top_one", 0.8);
            windows.add(new Answered(
                    "#" + (i + 1), "So it goes on and on. ".repeat(12), "", "", "text", List.of(), scores, List.of()));
        }
        RunRecord like = Records.answers(id, subject, "loss", 1);
        RunRecord.Asked asked =
                new RunRecord.Asked("perplexity", 1, "t".repeat(64), "/data/wiki.txt", "w".repeat(64), 0, 0);
        return with(like, "2026-11-28T05:20:00Z", null, new RunRecord.Answers(asked, windows), null);
    }

    public static RunRecord training(String id) {
        List<CurvePoint> curve = new ArrayList<>();
        for (int step = 0; step <= 100; step++) {
            double loss = 0.2 + 0.8 * Math.exp(-step / 30.0);
            if (step > 0) {
                curve.add(point(step, false, loss + 0.03 * Math.sin(step * 7.0)));
            }
            if (step % 10 == 0) {
                curve.add(point(step, true, loss));
            }
        }
        RunRecord like = Records.timing(id, id, Records.predicted(1), 1);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("loss weight divergence", "1.0");
        settings.put("steps", "100");
        settings.put("batch", "8");
        settings.put("length", "512");
        settings.put("learning rate", "0.001");
        return with(
                like,
                "2026-11-28T05:40:00Z",
                null,
                null,
                new RunRecord.Training("setups/half-trained/training", "finished", settings, curve));
    }

    private static CurvePoint point(int step, boolean heldOut, double loss) {
        return new CurvePoint(
                step,
                heldOut,
                step * 4096L,
                step * 3.0,
                loss,
                heldOut ? 0 : 1e-3,
                heldOut ? 0 : 0.5,
                new Losses(loss, 0.8, 2.9 + loss, 0, 0, 0, 2.9, List.of(), List.of()));
    }

    private static RunRecord with(
            RunRecord like,
            String timestamp,
            RunRecord.@Nullable Timing timing,
            RunRecord.@Nullable Answers answers,
            RunRecord.@Nullable Training training) {
        return new RunRecord(
                like.schema(),
                like.id(),
                like.session(),
                like.program(),
                timestamp,
                like.subject(),
                like.machine(),
                null,
                timing,
                answers,
                training);
    }
}
