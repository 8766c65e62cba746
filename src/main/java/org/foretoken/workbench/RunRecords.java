package org.foretoken.workbench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.model.family.StoredModel;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.TrainingFolder;

/** What all run records begin with. */
final class RunRecords {
    private static final int ID_DIGITS = 10;

    private RunRecords() {}

    /** The version that measures. */
    static String program() {
        return Optional.ofNullable(RunRecords.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** This machine, now. */
    static Machine machine(Kernel kernel, int threads) {
        return Machine.here(kernel.label(), kernel.bytes() == 2 ? "bfloat16" : "float32", threads);
    }

    /** A name for a record that no other has. */
    static String id() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, ID_DIGITS);
    }

    /** A model with its hash. */
    static RunRecord.Model model(StoredModel stored) throws ForetokenException {
        return new RunRecord.Model(
                InspectModel.name(stored),
                stored.path().toString(),
                stored.checkpoint().weights().hash());
    }

    /** A record of times. */
    static RunRecord of(
            String id, String session, RunRecord.Subject subject, Machine machine, RunRecord.Timing timing) {
        return new RunRecord(
                RunRecord.SCHEMA, id, session, program(), now(), subject, machine, null, timing, null, null);
    }

    /** A record of answers. */
    static RunRecord of(RunRecord.Subject subject, Machine machine, RunRecord.Answers answers) {
        String id = id();
        return new RunRecord(RunRecord.SCHEMA, id, id, program(), now(), subject, machine, null, null, answers, null);
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
                        program(),
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
