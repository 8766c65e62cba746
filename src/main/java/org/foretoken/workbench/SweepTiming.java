package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.bench.TtftProtocol.Contender;
import org.foretoken.bench.TtftProtocol.Outcome;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.RunRecord;

/**
 * The timing of a sweep: the arms of one setup in turns with the base, for a gain is over times of the same minutes. One setup at a time, since no more
 * need be in memory.
 */
record SweepTiming(Workbench workbench, KnownRuns known, TtftProtocol.Limits limits) {
    /**
     * Times and records those of the arms that aren't yet; a record for each, all of one session.
     *
     * @param arms of one setup
     */
    void run(SweepArm base, List<SweepArm> arms, int length, Progress progress) throws ForetokenException {
        List<SweepArm> timed = new ArrayList<>();
        for (SweepArm arm : arms) {
            if (known.timed(arm.subject(), length, limits).isEmpty()) {
                timed.add(arm);
            }
        }
        if (timed.isEmpty()) {
            return;
        }
        timed.add(0, base);
        Path setup = arms.get(0).setup();
        MeasureTtft.Sized sized =
                MeasureTtft.prompt(workbench.models().setup(setup, progress).base(), length);
        List<Contender> contenders = timed.stream()
                .map(arm -> new Contender(arm.series(), () -> firstToken(setup, arm, sized.prompt())))
                .toList();
        String what = arms.get(0).series() + ", timing " + sized.tokens() + " tokens";
        Outcome outcome = new TtftProtocol().run(contenders, limits, what, progress);
        List<RunRecords.Timed> who = timed.stream()
                .map(arm -> new RunRecords.Timed(arm.subject(), arm.shapes()))
                .toList();
        for (RunRecord record : RunRecords.ofTurns(who, length, sized.tokens(), limits, outcome, known.machine())) {
            known.add(record);
        }
    }

    private PhaseTimes firstToken(Path setup, SweepArm arm, Prompt prompt) throws ForetokenException {
        Generate.Request request =
                new Generate.Request(setup, arm.arm(), prompt, Sampling.GREEDY, 1, List.of(), arm.tail());
        return new Generate(workbench)
                .run(request, (id, text) -> {}, Progress.NONE)
                .times();
    }
}
