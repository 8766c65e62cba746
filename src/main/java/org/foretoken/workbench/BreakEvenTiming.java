package org.foretoken.workbench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Machine;
import org.foretoken.bench.Statistics;
import org.foretoken.bench.TimeCurve;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.bench.TtftProtocol.Contender;
import org.foretoken.bench.TtftProtocol.Measured;
import org.foretoken.bench.TtftProtocol.Outcome;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.RunRecord;
import org.jspecify.annotations.Nullable;

/** What {@link BreakEven} times of a base and KV prediction. */
record BreakEvenTiming(Workbench workbench, SweepArm base, SweepArm own, Progress progress) {
    /** Tokens that a prompt's runs in one turn make up: one run of a short prompt takes less than what the machine does by chance. */
    private static final int TOKENS_A_TURN = 256;

    private static final int MOST_RUNS = 8;

    /**
     * Milliseconds to the first token at one length: one a turn, the median of the turn's runs.
     *
     * @param tokens that the prompt had
     * @param own KV prediction's
     */
    record Turns(int tokens, List<Double> base, List<Double> own) {
        List<Double> saved() {
            return Statistics.byTurn(base, own, (a, b) -> a - b);
        }
    }

    /**
     * All lengths.
     *
     * @param turns by the length that was asked for
     * @param otherWork share of the processors that went to others meanwhile; null where the system doesn't say
     */
    record Timed(Map<Integer, Turns> turns, @Nullable Double otherWork) {}

    /** Runs of a prompt in each turn. */
    static int runs(int length) {
        return Math.clamp(TOKENS_A_TURN / length, 1, MOST_RUNS);
    }

    /** The lengths of a turn's prompts in their order: a length's runs are spread over the turn, since a busy second falls on all runs in it. */
    static List<Integer> turn(List<Integer> lengths) {
        record Place(int length, double when) {}
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            int runs = runs(lengths.get(i));
            for (int run = 0; run < runs; run++) {
                places.add(new Place(lengths.get(i), (run + (double) i / lengths.size()) / runs));
            }
        }
        places.sort(Comparator.comparingDouble(Place::when));
        return places.stream().map(Place::length).toList();
    }

    /** Times both arms at all lengths in turns: a machine that slows down slows all of them. The times are recorded, too. */
    Timed turns(List<Integer> lengths, TtftProtocol.Limits limits, Machine machine) throws ForetokenException {
        Map<Integer, MeasureTtft.Sized> prompts = new LinkedHashMap<>();
        for (int length : lengths) {
            prompts.put(length, prompt(length));
        }
        List<Integer> turn = turn(lengths);
        List<Contender> contenders = new ArrayList<>();
        for (int length : turn) {
            MeasureTtft.Sized sized = Objects.requireNonNull(prompts.get(length));
            for (SweepArm arm : List.of(base, own)) {
                contenders.add(
                        new Contender(arm.series(), () -> answer(arm, sized, 1).times()));
            }
        }
        TtftProtocol.Limits ofAll =
                new TtftProtocol.Limits(limits.maxRepetitions(), limits.maxSeconds() * lengths.size());
        String what = "Timing prompts of " + lengths.get(0) + " to " + lengths.getLast() + " tokens in turns";
        Outcome outcome = new TtftProtocol().run(contenders, ofAll, what, progress);
        List<RunRecords.Timed> who = List.of(
                new RunRecords.Timed(base.subject(), base.shapes()), new RunRecords.Timed(own.subject(), own.shapes()));
        Map<Integer, Turns> turns = new LinkedHashMap<>();
        for (int length : lengths) {
            int tokens = Objects.requireNonNull(prompts.get(length)).tokens();
            List<Measured> both = List.of(
                    ofLength(outcome.measured(), turn, length, 0), ofLength(outcome.measured(), turn, length, 1));
            turns.put(
                    length,
                    new Turns(
                            tokens,
                            byTurn(both.get(0).ttfts(), runs(length)),
                            byTurn(both.get(1).ttfts(), runs(length))));
            // with what was asked for at each length: a sweep takes as much for known at one
            Outcome outcomeOfLength = new Outcome(both, outcome.end(), outcome.otherWork());
            for (RunRecord record : RunRecords.ofTurns(who, length, tokens, limits, outcomeOfLength, machine)) {
                workbench.runs().append(record);
            }
        }
        return new Timed(turns, outcome.otherWork());
    }

    /**
     * One arm's runs at one length, in the order they were made.
     *
     * @param measured base and own by turns, for each prompt of a turn
     * @param arm 0 for the base's, 1 for own
     */
    private static Measured ofLength(List<Measured> measured, List<Integer> turn, int length, int arm) {
        List<Measured> runs = IntStream.range(0, turn.size())
                .filter(i -> turn.get(i) == length)
                .mapToObj(i -> measured.get(2 * i + arm))
                .toList();
        List<PhaseTimes> samples = IntStream.range(0, runs.get(0).samples().size())
                .boxed()
                .flatMap(round -> runs.stream().map(run -> run.samples().get(round)))
                .toList();
        return new Measured(runs.get(0).name(), samples, runs.get(0).peakMemory());
    }

    /** The medians of each so many in a row. */
    static List<Double> byTurn(List<Double> millis, int runs) {
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i < millis.size(); i += runs) {
            medians.add(Statistics.median(millis.subList(i, i + runs)));
        }
        return medians;
    }

    /** What one token takes by the context before it, after the shortest and the longest prompt; nothing where every answer ends at once. */
    List<TimeCurve.Point> steps(int shortest, int longest) throws ForetokenException {
        List<TimeCurve.Point> steps = new ArrayList<>();
        for (int length : new TreeSet<>(List.of(shortest, longest))) {
            progress.report("Timing the decoding after " + length + " tokens", steps.size(), 2);
            MeasureTtft.Sized sized = prompt(length);
            List<Double> millis = new ArrayList<>();
            int decoded = 0;
            for (int run = 0; run < MeasureTtft.DECODE_RUNS; run++) {
                PhaseTimes times = answer(base, sized, 1 + MeasureTtft.DECODED).times();
                decoded = times.decodedTokens();
                if (decoded > 0) {
                    millis.add(times.decode() / decoded);
                }
            }
            if (!millis.isEmpty()) {
                // on average over those decoded: the time of the one in the middle
                steps.add(new TimeCurve.Point(sized.tokens() + decoded / 2, Statistics.median(millis)));
            }
        }
        return steps;
    }

    /**
     * A prompt's times as they were measured, with the decoding of a reply, which is measured now.
     *
     * @param prompt its length as asked for
     */
    BreakEven.Times measured(Turns timed, int prompt, int reply) throws ForetokenException {
        Double ofBase = null;
        Double ofOwn = null;
        MeasureTtft.Sized sized = prompt(prompt);
        List<List<Double>> decodings = List.of(new ArrayList<>(), new ArrayList<>());
        for (int run = 0; run < MeasureTtft.DECODE_RUNS; run++) {
            progress.report("Checking " + prompt + " and " + reply + " tokens", run, MeasureTtft.DECODE_RUNS);
            decoding(base, sized, reply, decodings.get(0));
            decoding(own, sized, reply, decodings.get(1));
        }
        double base = Statistics.median(timed.base());
        double own = Statistics.median(timed.own());
        if (!decodings.get(0).isEmpty()) {
            ofBase = base + Statistics.median(decodings.get(0));
        }
        if (!decodings.get(1).isEmpty()) {
            ofOwn = own + Statistics.median(decodings.get(1));
        }
        return new BreakEven.Times(base, own, Statistics.median(timed.saved()), ofBase, ofOwn);
    }

    /** Adds an answer's milliseconds after its first token, unless it ended early. */
    private void decoding(SweepArm arm, MeasureTtft.Sized prompt, int reply, List<Double> millis)
            throws ForetokenException {
        GenerationResult result = answer(arm, prompt, reply);
        // not by the tokens decoded: the one that ends a text too early is among these
        if (Math.max(1, result.ids().size()) == reply) {
            millis.add(result.times().decode());
        }
    }

    private MeasureTtft.Sized prompt(int length) throws ForetokenException {
        return MeasureTtft.prompt(
                workbench.models().setup(base.setup(), progress).base(), length);
    }

    private GenerationResult answer(SweepArm arm, MeasureTtft.Sized prompt, int reply) throws ForetokenException {
        Generate.Request request = new Generate.Request(
                arm.setup(), arm.arm(), prompt.prompt(), Sampling.GREEDY, reply, List.of(), arm.tail());
        return new Generate(workbench).run(request, (id, text) -> {}, Progress.NONE);
    }
}
