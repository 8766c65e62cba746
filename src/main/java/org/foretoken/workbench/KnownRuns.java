package org.foretoken.workbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.Sha256;
import org.foretoken.Version;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records that a sweep may use: those of the same program on the same machine, and its own, which it adds. Newer ones come first. */
final class KnownRuns {
    private static final Logger LOG = LoggerFactory.getLogger(KnownRuns.class);

    private final RunFile file;
    private final Machine machine;
    private final List<RunRecord> records = new ArrayList<>();
    private final Set<String> before = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();
    private int added;

    /**
     * Times with those of the base that were taken in turns with them.
     *
     * @param own the same as {@code base} for the base
     */
    record Timed(RunRecord own, RunRecord base) {}

    /** @param recorded oldest first */
    KnownRuns(RunFile file, Machine machine, List<RunRecord> recorded) {
        this.file = file;
        this.machine = machine;
        for (RunRecord record : recorded) {
            if (record.program().equals(Version.name()) && usable(record, machine)) {
                records.add(0, record);
                before.add(record.id());
            }
        }
    }

    /** Whether it holds on a machine: answers don't depend on where the power comes from, times may. */
    static boolean usable(RunRecord record, Machine machine) {
        return record.timing() != null
                ? record.machine().equals(machine)
                : withoutPower(record.machine()).equals(withoutPower(machine));
    }

    /** Of records, at least one, those that hold on the machine that took the newest times; answers hold with any power source, so they don't decide. */
    static List<RunRecord> ofOneMachine(List<RunRecord> recorded) {
        Machine machine = recorded.stream()
                .filter(record -> record.timing() != null)
                .reduce((before, after) -> after)
                .orElse(recorded.getLast())
                .machine();
        return recorded.stream().filter(record -> usable(record, machine)).toList();
    }

    private static Machine withoutPower(Machine m) {
        return m.withPower(Machine.UNKNOWN);
    }

    Machine machine() {
        return machine;
    }

    /** Records of before that were asked for. */
    int reused() {
        return (int) used.stream().filter(before::contains).count();
    }

    int added() {
        return added;
    }

    /** Times of at least that many repetitions and seconds, or as precise as wished. */
    Optional<Timed> timed(RunRecord.Subject subject, int length, TtftProtocol.Limits limits) {
        for (RunRecord record : records) {
            RunRecord.Timing timing = record.timing();
            if (timing != null
                    && timing.wished() == length
                    && record.subject().bare().equals(subject.bare())
                    && enough(timing, limits)) {
                Optional<RunRecord> base = records.stream()
                        .filter(other -> other.timing() != null && other.id().equals(record.session()))
                        .findFirst();
                if (base.isPresent()) {
                    used.add(record.id());
                    used.add(base.get().id());
                    return Optional.of(new Timed(record, base.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean enough(RunRecord.Timing timing, TtftProtocol.Limits limits) {
        return timing.end().equals(TtftProtocol.End.PRECISE.label())
                || (timing.maxRepetitions() >= limits.maxRepetitions() && timing.maxSeconds() >= limits.maxSeconds());
    }

    Optional<RunRecord> answers(RunRecord.Subject subject, RunRecord.Asked asked) {
        Optional<RunRecord> found = records.stream()
                .filter(record -> record.answers() != null
                        && Objects.requireNonNull(record.answers())
                                .asked()
                                .bare()
                                .equals(asked.bare())
                        && record.subject().bare().equals(subject.bare()))
                .findFirst();
        found.ifPresent(record -> used.add(record.id()));
        return found;
    }

    /** Records it for good. */
    void add(RunRecord record) throws ForetokenException {
        file.append(record);
        records.add(0, record);
        added++;
    }

    /** Where answers are kept until all are there, so that they are not asked for again after an interruption. */
    Path underWay(RunRecord.Subject subject, RunRecord.Asked asked) {
        return underWay(subject, asked, "");
    }

    /** @param drawn how answers are drawn, and what runs them; empty where each is the likeliest */
    Path underWay(RunRecord.Subject subject, RunRecord.Asked asked, String drawn) {
        String conditions = String.join(
                "\n",
                subject.bare().toString(),
                asked.bare().toString(),
                withoutPower(machine).toString(),
                Version.name(),
                drawn);
        return file.file()
                .resolveSibling("under-way")
                .resolve(Sha256.hex(conditions.getBytes(StandardCharsets.UTF_8)).substring(0, 16));
    }

    /** Takes away what was kept, if anything was: its record is written, or not wanted. */
    void done(Path underWay) {
        if (!Files.exists(underWay)) {
            return;
        }
        try (Stream<Path> files = Files.list(underWay)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
            Files.delete(underWay);
        } catch (IOException e) {
            LOG.warn("{} is left over", underWay, e);
        }
    }
}
