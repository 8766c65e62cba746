package org.foretoken.workbench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.Version;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.TrainingFolder;

/** What all run records begin with. */
final class RunRecords {
    private static final int ID_DIGITS = 10;

    private RunRecords() {}

    /** This machine, now. */
    static Machine machine(Kernel kernel, int threads) {
        return Machine.here(kernel.label(), kernel.bytes() == 2 ? "bfloat16" : "float32", threads);
    }

    /** A name for a record that no other has. */
    static String id() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, ID_DIGITS);
    }

    /** What a task's questions in a file are called in records. */
    static RunRecord.Asked asked(Task task, Path data, String dataSha256, int limit) {
        return new RunRecord.Asked(
                task.name(),
                task.version(),
                task.sha256(),
                data.toAbsolutePath().normalize().toString(),
                dataSha256,
                task.shots().count(),
                limit,
                task.kind() == Metric.Kind.TEXT ? task.window() : null);
    }

    /** Somebody who was timed. */
    record Timed(RunRecord.Subject subject, RunRecord.Shapes shapes) {}

    /**
     * Records of times that were taken in turns: all of one session.
     *
     * @param timed as they took turns, the base first: its record's id is the session's
     * @param wished tokens of the prompt that were asked for
     * @param tokens that it had
     */
    static List<RunRecord> ofTurns(
            List<Timed> timed,
            int wished,
            int tokens,
            TtftProtocol.Limits limits,
            TtftProtocol.Outcome outcome,
            Machine machine) {
        String session = id();
        List<RunRecord> records = new ArrayList<>();
        for (int i = 0; i < timed.size(); i++) {
            RunRecord.Timing timing = new RunRecord.Timing(
                    wished,
                    tokens,
                    TtftProtocol.WARM_UPS,
                    limits.maxRepetitions(),
                    limits.maxSeconds(),
                    outcome.end().label(),
                    outcome.otherWork(),
                    timed.get(i).shapes(),
                    outcome.measured().get(i).samples());
            records.add(new RunRecord(
                    RunRecord.SCHEMA,
                    i == 0 ? session : id(),
                    session,
                    Version.name(),
                    now(),
                    timed.get(i).subject(),
                    machine,
                    null,
                    timing,
                    null,
                    null));
        }
        return records;
    }

    /** A record of answers. */
    static RunRecord of(RunRecord.Subject subject, Machine machine, RunRecord.Answers answers) {
        String id = id();
        return new RunRecord(
                RunRecord.SCHEMA, id, id, Version.name(), now(), subject, machine, null, null, answers, null);
    }

    /** The work of a training, which writes its curve into the folder. */
    @FunctionalInterface
    interface Trains<T> {
        T run() throws ForetokenException;
    }

    /** Who was trained, as far as it is on disk by then. */
    @FunctionalInterface
    interface Trained {
        RunRecord.Subject subject() throws ForetokenException;
    }

    /**
     * Trains, and records the curve at the end or where it was stopped; a training that was at its end already adds nothing.
     *
     * @param folder where state and curve are
     * @param settings as the folder's {@code training.json} has them
     */
    static <T> T training(
            Workbench workbench, Path folder, Map<String, String> settings, long seed, Trained trained, Trains<T> work)
            throws ForetokenException {
        workbench.runs().checkAppends();
        List<CurvePoint> before = new TrainingFolder(folder).curve();
        T result;
        try {
            result = work.run();
        } catch (CancellationException e) {
            record(workbench, folder, before, "stopped", settings, seed, trained);
            throw e;
        }
        record(workbench, folder, before, "finished", settings, seed, trained);
        return result;
    }

    private static void record(
            Workbench workbench,
            Path folder,
            List<CurvePoint> before,
            String end,
            Map<String, String> settings,
            long seed,
            Trained trained)
            throws ForetokenException {
        List<CurvePoint> curve = new TrainingFolder(folder).curve();
        if (curve.equals(before)) {
            return;
        }
        String id = id();
        workbench
                .runs()
                .append(new RunRecord(
                        RunRecord.SCHEMA,
                        id,
                        id,
                        Version.name(),
                        now(),
                        trained.subject(),
                        machine(workbench.models().kernel(), workbench.threads()),
                        seed,
                        null,
                        null,
                        new RunRecord.Training(folder.toString(), end, settings, curve)));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
