package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Machine;
import org.foretoken.bench.Statistics;
import org.foretoken.bench.TimeCurve;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.KvCache;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * From which prompt on KV prediction pays on this machine, what it saves and what it takes. A few lengths are timed by the protocol, all in turns, so that
 * the curves through them and what they are checked by are of the same minutes. Runs on the engine thread.
 */
public final class BreakEven {
    /**
     * Lengths that are timed, up to the first that no prompt asked for exceeds. From one to the next the curve is nearly straight; the long ones end
     * with a chunk, after which it has a step, and from some 32 rows on products are quicker by the row. None is a length that somebody would ask for, so
     * that {@code check} checks.
     */
    private static final List<Integer> TIMED =
            List.of(14, 30, 44, 108, 236, 508, 1020, 2044, 4092, 8188, 16_380, 32_764, 65_532, 131_068);

    /** From where on it pays is often a short prompt. */
    private static final int LEAST_TIMED = 5;

    private final Workbench workbench;

    public BreakEven(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What to foretell.
     *
     * @param setup its folder
     * @param prompts lengths in tokens
     * @param replies lengths in tokens, the first token included
     * @param tail prompt tokens that the base reads itself; 0 takes the setup's own
     * @param limits of the timing, for each length
     * @param check whether the prompts asked for are measured in the same turns
     */
    public record Request(
            Path setup,
            List<Integer> prompts,
            List<Integer> replies,
            int tail,
            TtftProtocol.Limits limits,
            boolean check) {
        public Request {
            prompts = List.copyOf(prompts);
            replies = List.copyOf(replies);
        }
    }

    /**
     * Milliseconds to the first token, and to the last.
     *
     * @param saved before the first token, and so in all: both then decode alike. The median of differences, not the difference of medians: a slow minute
     *     is in both times of a turn
     * @param total null where the answer ended before the reply's length
     */
    public record Times(
            double baseTtft,
            double ttft,
            double saved,
            @Nullable Double baseTotal,
            @Nullable Double total) {}

    /**
     * What was measured, and how far what was foretold is off, in parts of it.
     *
     * @param baseTtft as {@code ttft} and {@code saved} the median over the turns of what the turn's other lengths foretell less what it measured: a
     *     machine with a fast and a slow state may have half of its turns in each, and then the medians of two lengths differ by more than the lengths do
     * @param baseTotal as {@code total} with the decoding, which takes no turns; null where that wasn't measured
     */
    public record Check(
            Times measured,
            Estimate baseTtft,
            Estimate ttft,
            Estimate saved,
            @Nullable Double baseTotal,
            @Nullable Double total) {}

    /**
     * A prompt and a reply.
     *
     * @param prompt tokens
     * @param reply tokens
     * @param check null unless it was to be checked
     */
    public record Row(
            int prompt, int reply, Times foretold, @Nullable Check check) {}

    /**
     * What a setup takes beside the base, in bytes.
     *
     * @param predictor foreseen from shapes
     * @param auxiliary foreseen from shapes; 0 where it is a part of the base
     * @param perPromptToken of the auxiliary's own cache, given back at the first token
     * @param inMemory of predictor and auxiliary, as they were packed
     */
    public record MemoryPaid(long predictor, long auxiliary, long perPromptToken, long inMemory) {}

    /**
     * What came out.
     *
     * @param timed lengths that were timed
     * @param base its time to first token
     * @param predicted that of KV prediction
     * @param saved what lies between them, turn by turn
     * @param step one token's decoding by the context before it
     * @param from the shortest prompt on which time is saved, and on all longer ones, not below the shortest that was timed; null where none up to the
     *     context saves any
     * @param otherWork share of the processors that went to others while it was timed, 0 to 1; null where the system doesn't say
     */
    public record Result(
            Path setup,
            int tail,
            Machine machine,
            List<Integer> timed,
            TimeCurve base,
            TimeCurve predicted,
            TimeCurve saved,
            TimeCurve step,
            @Nullable Integer from,
            MemoryPaid memory,
            List<Row> rows,
            @Nullable Double otherWork) {}

    /**
     * Measures and foretells.
     *
     * @throws ForetokenException when the request can't be met, before anything is timed
     */
    public Result run(Request request, Progress progress) throws ForetokenException {
        request.limits().check();
        workbench.runs().checkAppends();
        List<SweepArm> arms = SweepArm.of(
                List.of(request.setup()), request.tail() > 0 ? List.of(request.tail()) : List.of(), false, List.of());
        int context = arms.get(1).context();
        check(request, context);
        Kernel kernel = workbench.models().kernel();
        Machine machine = RunRecords.machine(kernel, workbench.threads());
        List<Integer> lengths = timed(request.prompts(), context);
        Set<Integer> all = new TreeSet<>(lengths);
        if (request.check()) {
            all.addAll(request.prompts());
        }
        BreakEvenTiming timing = new BreakEvenTiming(workbench, arms.get(0), arms.get(1), progress);
        BreakEvenTiming.Timed outcome = timing.turns(List.copyOf(all), request.limits(), machine);
        Map<Integer, BreakEvenTiming.Turns> turns = outcome.turns();
        List<TimeCurve.Point> steps = timing.steps(lengths.get(0), lengths.getLast());
        if (steps.isEmpty()) {
            throw new ForetokenException(
                    request.setup() + ": the base ends every answer at its first token, so no reply can be foretold.");
        }
        List<BreakEvenTiming.Turns> timed = lengths.stream()
                .map(length -> Objects.requireNonNull(turns.get(length)))
                .toList();
        Curves curves = new Curves(
                curve(timed, turn -> Statistics.median(turn.base())),
                curve(timed, turn -> Statistics.median(turn.own())),
                curve(timed, turn -> Statistics.median(turn.saved())),
                new TimeCurve(steps));
        List<Row> rows = new ArrayList<>();
        for (int prompt : request.prompts()) {
            BreakEvenTiming.Turns checked = request.check() ? turns.get(prompt) : null;
            int tokens = checked == null ? prompt : checked.tokens();
            for (int reply : request.replies()) {
                Times foretold = curves.times(tokens, reply);
                Check check = checked == null
                        ? null
                        : checked(timed, checked, foretold, timing.measured(checked, prompt, reply));
                rows.add(new Row(tokens, reply, foretold, check));
            }
        }
        MemoryPaid memory = memory(request.setup(), arms.get(1).shapes(), kernel, progress);
        workbench.weigh();
        return new Result(
                request.setup(),
                arms.get(1).tail(),
                machine,
                lengths,
                curves.base(),
                curves.own(),
                curves.saved(),
                curves.step(),
                from(curves, lengths.get(0), context),
                memory,
                rows,
                outcome.otherWork());
    }

    private static TimeCurve curve(List<BreakEvenTiming.Turns> timed, ToDoubleFunction<BreakEvenTiming.Turns> millis) {
        return new TimeCurve(timed.stream()
                .map(turns -> new TimeCurve.Point(turns.tokens(), millis.applyAsDouble(turns)))
                .toList());
    }

    static Check checked(
            List<BreakEvenTiming.Turns> timed, BreakEvenTiming.Turns checked, Times foretold, Times measured) {
        Estimate base = off(timed, checked, BreakEvenTiming.Turns::base);
        Estimate own = off(timed, checked, BreakEvenTiming.Turns::own);
        Estimate saved = off(timed, checked, BreakEvenTiming.Turns::saved);
        return new Check(
                measured,
                base,
                own,
                saved,
                inAll(base, foretold.baseTotal(), foretold.baseTtft(), measured.baseTotal(), measured.baseTtft()),
                inAll(own, foretold.total(), foretold.ttft(), measured.total(), measured.ttft()));
    }

    /** How far the lengths timed are off at another one, in parts of what was measured there. */
    private static Estimate off(
            List<BreakEvenTiming.Turns> timed,
            BreakEvenTiming.Turns checked,
            Function<BreakEvenTiming.Turns, List<Double>> millis) {
        List<Double> measured = millis.apply(checked);
        double whole = Math.abs(Statistics.median(measured));
        return Estimate.median(IntStream.range(0, measured.size())
                .mapToObj(turn ->
                        (curve(timed, turns -> millis.apply(turns).get(turn)).signedAt(checked.tokens())
                                        - measured.get(turn))
                                / whole)
                .toList());
    }

    private static @Nullable Double inAll(
            Estimate off, @Nullable Double foretold, double foretoldTtft, @Nullable Double measured, double ttft) {
        return foretold == null || measured == null
                ? null
                : (off.value() * ttft + (foretold - foretoldTtft) - (measured - ttft)) / measured;
    }

    private record Curves(TimeCurve base, TimeCurve own, TimeCurve saved, TimeCurve step) {
        Times times(int prompt, int reply) {
            // the k-th token after the first is decoded behind prompt + k − 1 others
            double decoding = IntStream.range(0, reply - 1)
                    .mapToDouble(k -> step.at(prompt + k))
                    .sum();
            double baseTtft = base.at(prompt);
            double ttft = own.at(prompt);
            return new Times(baseTtft, ttft, saved.signedAt(prompt), baseTtft + decoding, ttft + decoding);
        }
    }

    /**
     * Refuses lengths that models of that context can't read, or answer at.
     *
     * @throws ForetokenException with the lengths that can be had
     */
    public static void check(Request request, int context) throws ForetokenException {
        MeasureTtft.check(request.prompts(), context);
        for (int reply : request.replies()) {
            int longest = request.prompts().stream().max(Integer::compare).orElseThrow();
            if (reply < 1 || reply > context - longest) {
                throw new ForetokenException("A reply of " + reply + " tokens after a prompt of " + longest
                        + " can't be had: choose 1 to " + (context - longest) + ", for the models' context is "
                        + context
                        + ".");
            }
        }
    }

    /** Lengths to time: enough for a curve, up to the longest prompt asked for. */
    public static List<Integer> timed(List<Integer> prompts, int context) {
        int longest = prompts.stream().max(Integer::compare).orElseThrow();
        List<Integer> lengths = new ArrayList<>();
        for (int length : TIMED) {
            boolean enough = lengths.size() >= LEAST_TIMED && lengths.getLast() >= longest;
            if (!enough && length < context) {
                lengths.add(length);
            }
        }
        return lengths.isEmpty() ? List.of(Math.max(1, context / 2)) : lengths;
    }

    private static @Nullable Integer from(Curves curves, int shortest, int context) {
        int from = context;
        while (from > shortest && curves.saved().signedAt(from - 1) > 0) {
            from--;
        }
        return from == context ? null : from;
    }

    private MemoryPaid memory(Path folder, RunRecord.Shapes shapes, Kernel kernel, Progress progress)
            throws ForetokenException {
        List<Integer> widths = Objects.requireNonNull(shapes.inputWidths());
        DecoderConfig auxiliary = Objects.requireNonNull(shapes.auxiliary());
        long predictor = 0;
        for (int i = 0; i < widths.size(); i++) {
            int width = widths.get(i);
            // two maps with a bias each
            predictor += width == 0 ? 0 : 2L * shapes.base().layers().get(i).kvDim() * (width + 1) * kernel.bytes();
        }
        LoadedModels.LoadedSetup loaded = workbench.models().setup(folder, progress);
        LoadedModels.Model auxiliaryModel = loaded.auxiliaryModel();
        long shared = widths.stream().filter(width -> width == 0).count();
        DecoderConfig unshared = auxiliary.select(
                IntStream.range((int) shared, auxiliary.layers().size()).boxed().toList());
        return new MemoryPaid(
                predictor,
                auxiliaryModel == null ? 0 : Memory.ofReader(auxiliaryModel.stored(), kernel),
                KvCache.bytesPerPosition(unshared, kernel.bytes()),
                loaded.setup().predictorBytes()
                        + (auxiliaryModel == null
                                ? 0
                                : loaded.setup().auxiliary().bytes()));
    }
}
