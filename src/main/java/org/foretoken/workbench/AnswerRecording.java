package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.runs.RunRecord;

/** Keeps an arm's answers while it gives them, and records them once it has given all. */
final class AnswerRecording {
    private final Workbench workbench;
    private final Machine machine;
    private final List<String> ids = new ArrayList<>();
    private final List<Path> kept = new ArrayList<>();

    AnswerRecording(Workbench workbench) throws ForetokenException {
        this.workbench = workbench;
        machine = RunRecords.machine(workbench.models().kernel(), workbench.threads());
    }

    private KnownRuns known(List<RunRecord> records) {
        return new KnownRuns(workbench.runs(), machine, records);
    }

    /** Where answers are kept until all are there, so that the same request goes on after an interruption. */
    Path underWay(Inquiry inquiry) {
        String drawn = inquiry.running() == null ? "" : inquiry.running() + ", Python " + inquiry.python();
        Path folder = known(List.of()).underWay(inquiry.subject(), inquiry.asked(), drawn);
        kept.add(folder);
        return folder;
    }

    /**
     * Adds a record, unless nothing was asked and the same answers are recorded already.
     *
     * @param asked whether any question was asked now: a file may have held all answers
     */
    void record(RunRecord.Subject subject, RunRecord.Answers answers, boolean asked) throws ForetokenException {
        List<RunRecord> before = asked ? List.of() : workbench.runs().read().records();
        Optional<RunRecord> there = known(before)
                .answers(subject, answers.asked())
                .filter(record -> same(answers, Objects.requireNonNull(record.answers())));
        RunRecord record = there.orElseGet(() -> RunRecords.of(subject, machine, answers));
        if (there.isEmpty()) {
            workbench.runs().append(record);
        }
        ids.add(record.id());
    }

    private static boolean same(RunRecord.Answers answers, RunRecord.Answers known) {
        return answers.examples().equals(known.examples()) && answers.drawnLike(known);
    }

    /** All have answered: an interruption before this asks none of them again. */
    List<String> done() {
        kept.forEach(known(List.of())::done);
        return ids;
    }
}
