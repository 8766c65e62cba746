package org.foretoken.workbench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.model.family.StoredModel;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;

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

    /** A record of a training. */
    static RunRecord of(RunRecord.Subject subject, Machine machine, long seed, RunRecord.Training training) {
        String id = id();
        return new RunRecord(RunRecord.SCHEMA, id, id, program(), now(), subject, machine, seed, null, null, training);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
