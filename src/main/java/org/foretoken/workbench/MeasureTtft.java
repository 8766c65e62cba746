package org.foretoken.workbench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Version;
import org.foretoken.bench.Machine;
import org.foretoken.bench.Peak;
import org.foretoken.bench.PromptText;
import org.foretoken.bench.Statistics;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.bench.TtftProtocol.Contender;
import org.foretoken.bench.TtftProtocol.Measured;
import org.foretoken.bench.TtftProtocol.Outcome;
import org.foretoken.generate.Arm;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Decoder;
import org.foretoken.model.Flops.Definition;
import org.foretoken.model.KvCache;
import org.foretoken.runs.RunRecord;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;

/** Measures the time to the first token: base, KV prediction and auxiliary in turns, at several prompt lengths. Runs on the engine thread. */
public final class MeasureTtft {
    /** Tokens after the first that decoding is timed on. */
    static final int DECODED = 32;

    static final int DECODE_RUNS = 3;

    private final Workbench workbench;

    public MeasureTtft(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What to measure.
     *
     * @param model a setup's folder, or a model for the base alone
     * @param arms measured in turns beside the base, which comes first; empty for all that there are
     * @param lengths of prompts, in tokens
     * @param limits of the timing at each length
     * @param tail prompt tokens that the base reads itself, at least 1; 0 takes the setup's own
     */
    public record Request(Path model, List<Arm> arms, List<Integer> lengths, TtftProtocol.Limits limits, int tail) {
        public Request {
            arms = List.copyOf(arms);
            lengths = List.copyOf(lengths);
        }
    }

    /** What is measured, loaded. */
    private record Subject(
            Request request,
            LoadedModels.Model base,
            LoadedModels.@Nullable LoadedSetup setup,
            RecordedModels recorded,
            Machine machine,
            Kernel kernel) {
        List<Arm> arms() {
            if (request.arms().isEmpty()) {
                return setup == null ? List.of(Arm.BASE) : Arm.OF_A_SETUP;
            }
            return Stream.concat(Stream.of(Arm.BASE), request.arms().stream())
                    .distinct()
                    .toList();
        }

        int tail() {
            return setup == null
                    ? 0
                    : request.tail() > 0 ? request.tail() : setup.file().tail();
        }

        Decoder decoder(Arm arm) {
            return arm.decoder(base.decoder(), setup == null ? null : setup.setup());
        }

        long flops(Arm arm, int tokens, Definition definition) {
            try {
                return arm.prefill(base.decoder(), setup == null ? null : setup.setup(), Math.max(1, tail()))
                        .flops(tokens, definition);
            } catch (ForetokenException e) {
                throw new IllegalStateException("it was measured", e);
            }
        }

        /** Bytes that one token at that context reads: the layers' and the head's weights, keys and values. */
        double bytesOfToken(Arm arm, double context) {
            Decoder decoder = decoder(arm);
            return decoder.bytesOfToken() + context * KvCache.bytesPerPosition(decoder.config(), kernel.bytes());
        }

        int context() {
            return arms().stream()
                    .mapToInt(arm -> decoder(arm).config().contextLength())
                    .min()
                    .orElseThrow();
        }
    }

    /**
     * Measures, and records each length's times once they are taken.
     *
     * @throws ForetokenException when the request can't be met, before anything is timed
     */
    public TtftRecord run(Request request, Progress progress) throws ForetokenException {
        request.limits().check();
        workbench.runs().checkAppends();
        Subject subject = load(request, progress);
        check(request.lengths(), subject.context());
        for (Arm arm : subject.arms()) {
            new Generate(workbench)
                    .generator(asked(subject, arm, Prompt.of(""), 1), progress); // refuses what it can't do
        }
        Peak peak = Peak.measure(subject.kernel(), workbench.threads(), progress);
        List<TtftRecord.Row> rows = new ArrayList<>();
        for (int length : request.lengths()) {
            rows.addAll(rows(subject, peak, length, progress));
        }
        LoadedModels.LoadedSetup setup = subject.setup();
        return new TtftRecord(
                TtftRecord.FORMAT,
                Version.name(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                setup == null ? null : setup.folder().toString(),
                model(subject.base()),
                setup == null || setup.auxiliaryModel() == null ? null : model(setup.auxiliaryModel()),
                setup == null ? List.of() : setup.file().layerMap(),
                setup == null ? null : setup.file().source(),
                subject.tail(),
                new TtftRecord.Protocol(
                        TtftProtocol.WARM_UPS,
                        TtftProtocol.LEAST_REPETITIONS,
                        request.limits().maxRepetitions(),
                        request.limits().maxSeconds(),
                        TtftProtocol.PRECISE),
                subject.machine(),
                peak,
                rows);
    }

    private Subject load(Request request, Progress progress) throws ForetokenException {
        LoadedModels models = workbench.models();
        LoadedModels.LoadedSetup setup =
                SetupFile.isIn(request.model()) ? models.setup(request.model(), progress) : null;
        LoadedModels.Model base = setup == null ? models.model(request.model(), progress) : setup.base();
        Machine machine = RunRecords.machine(models.kernel(), workbench.threads());
        return new Subject(request, base, setup, RecordedModels.at(request.model()), machine, models.kernel());
    }

    /** Refuses lengths of prompts that models of that context can't read, or answer after. */
    static void check(List<Integer> lengths, int context) throws ForetokenException {
        if (lengths.isEmpty()) {
            throw new ForetokenException("There is no prompt length to measure: give at least one, such as 128.");
        }
        for (int length : lengths) {
            if (length < 1 || length >= context) {
                throw new ForetokenException(
                        "A prompt of " + length + " tokens can't be measured: choose 1 to " + (context - 1)
                                + ", which leaves room for an answer in the models' context of " + context + ".");
            }
        }
    }

    private static TtftRecord.Model model(LoadedModels.Model model) throws ForetokenException {
        return new TtftRecord.Model(
                InspectModel.name(model.stored()),
                model.stored().path().toString(),
                model.stored().checkpoint().weights().hash());
    }

    /** A prompt with the number of its tokens. */
    record Sized(Prompt prompt, int tokens) {}

    /** The prompt that a model is timed on: text, or ids for a model without a tokenizer. */
    static Sized prompt(LoadedModels.Model base, int length) {
        Tokenizer tokenizer = base.tokenizer();
        if (tokenizer == null) {
            int[] ids = PromptText.ids(base.decoder().config().vocabulary(), length);
            return new Sized(Prompt.of(Arrays.stream(ids).boxed().toList()), length);
        }
        PromptText text = PromptText.of(tokenizer, length);
        return new Sized(Prompt.of(text.text()), text.tokens());
    }

    private List<TtftRecord.Row> rows(Subject subject, Peak peak, int length, Progress progress)
            throws ForetokenException {
        Sized sized = prompt(subject.base(), length);
        Prompt prompt = sized.prompt();
        int tokens = sized.tokens();
        List<Contender> contenders = new ArrayList<>();
        for (Arm arm : subject.arms()) {
            contenders.add(new Contender(arm.label(), () -> answer(subject, arm, prompt, 1)));
        }
        String what = "Timing " + tokens + " tokens";
        Outcome outcome = new TtftProtocol().run(contenders, subject.request().limits(), what, progress);
        record(subject, length, tokens, outcome);
        List<Double> baseTtfts = outcome.measured().get(0).ttfts();
        List<TtftRecord.Row> rows = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Arm arm = subject.arms().get(i);
            Measured measured = outcome.measured().get(i);
            progress.report(what + ", decoding", i, contenders.size());
            Double decoded = decode(subject, arm, prompt);
            rows.add(row(subject, peak, arm, length, tokens, outcome, measured, baseTtfts, decoded));
        }
        return rows;
    }

    private void record(Subject subject, int length, int tokens, Outcome outcome) throws ForetokenException {
        List<RunRecords.Timed> timed = subject.arms().stream()
                .map(arm -> new RunRecords.Timed(
                        subject.recorded().subject(arm, subject.tail()),
                        subject.recorded().shapes(arm)))
                .toList();
        for (RunRecord record :
                RunRecords.ofTurns(timed, length, tokens, subject.request().limits(), outcome, subject.machine())) {
            workbench.runs().append(record);
        }
    }

    private PhaseTimes answer(Subject subject, Arm arm, Prompt prompt, int maxTokens) throws ForetokenException {
        return new Generate(workbench)
                .run(asked(subject, arm, prompt, maxTokens), (id, text) -> {}, Progress.NONE)
                .times();
    }

    private static Generate.Request asked(Subject subject, Arm arm, Prompt prompt, int maxTokens) {
        return new Generate.Request(
                subject.request().model(), arm, prompt, Sampling.GREEDY, maxTokens, List.of(), subject.tail());
    }

    /** Tokens a second after the first, the median of some runs; null where there were none. */
    private @Nullable Double decode(Subject subject, Arm arm, Prompt prompt) throws ForetokenException {
        List<Double> speeds = new ArrayList<>();
        for (int run = 0; run < DECODE_RUNS; run++) {
            PhaseTimes times = answer(subject, arm, prompt, 1 + DECODED);
            if (times.decodedTokens() > 0) {
                speeds.add(times.tokensPerSecond());
            }
        }
        return speeds.isEmpty() ? null : Statistics.median(speeds);
    }

    private static TtftRecord.Row row(
            Subject subject,
            Peak peak,
            Arm arm,
            int wished,
            int tokens,
            Outcome outcome,
            Measured measured,
            List<Double> baseTtfts,
            @Nullable Double decoded) {
        List<Double> ttfts = measured.ttfts();
        double median = Statistics.median(ttfts);
        List<Double> gains = Statistics.byTurn(baseTtfts, ttfts, (base, own) -> base / own);
        long executed = subject.flops(arm, tokens, Definition.EXECUTED);
        List<PhaseTimes> samples = measured.samples();
        return new TtftRecord.Row(
                wished,
                tokens,
                measured.name(),
                outcome.end().label(),
                median,
                Statistics.quantile(ttfts, 0.1),
                Statistics.quantile(ttfts, 0.9),
                Statistics.medianInterval(ttfts),
                new TtftRecord.Sample(
                        median,
                        medianOf(samples, PhaseTimes::tokenise),
                        medianOf(samples, PhaseTimes::auxiliary),
                        medianOf(samples, PhaseTimes::predict),
                        medianOf(samples, PhaseTimes::firstStep)),
                medianOf(samples, times -> times.ttft() - times.tokenise()),
                Statistics.median(gains),
                Statistics.medianInterval(gains),
                executed,
                gain(subject, arm, tokens, Definition.EXECUTED),
                gain(subject, arm, tokens, Definition.EXACT),
                gain(subject, arm, tokens, Definition.PAPER),
                executed / (median / 1e3) / peak.flopsPerSecond(),
                decoded,
                decoded == null
                        ? null
                        : decoded * subject.bytesOfToken(arm, tokens + DECODED / 2.0) / peak.bytesPerSecond(),
                measured.peakMemory().isPresent() ? measured.peakMemory().getAsLong() : null,
                measured.drift(),
                outcome.otherWork(),
                samples.stream()
                        .map(times -> new TtftRecord.Sample(
                                times.ttft(), times.tokenise(), times.auxiliary(), times.predict(), times.firstStep()))
                        .toList());
    }

    private static double medianOf(List<PhaseTimes> samples, ToDoubleFunction<PhaseTimes> phase) {
        return Statistics.median(samples.stream().map(phase::applyAsDouble).toList());
    }

    private static double gain(Subject subject, Arm arm, int tokens, Definition definition) {
        return (double) subject.flops(Arm.BASE, tokens, definition) / subject.flops(arm, tokens, definition);
    }
}
