package org.foretoken.ui;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TimeCurve;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.runs.Estimate;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEven.Times;

/** Break-even measurements with made-up times: 2 + 0.4n ms for the base, 18 + 0.2n ms for KV prediction, 10 ms a token. A length is timed when the test lets it. */
public final class FakeBreakEven {
    /** With this tail and more it never pays. */
    public static final int TOO_MUCH = 100;

    /** What was asked for, in order. */
    public final List<BreakEven.Request> asked = Collections.synchronizedList(new ArrayList<>());
    /** Lengths that may be timed. */
    public final Semaphore lengths = new Semaphore(0);
    /** What the next length fails with, if anything. */
    public volatile Optional<ForetokenException> failure = Optional.empty();

    BreakEven.Result run(BreakEven.Request request, Progress progress) throws ForetokenException {
        asked.add(request);
        List<Integer> timed = BreakEven.timed(request.prompts(), 8192);
        for (int i = 0; i < timed.size(); i++) {
            try {
                do {
                    progress.report("Timing " + timed.get(i) + " tokens", i, timed.size());
                } while (!lengths.tryAcquire(5, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
        return result(request);
    }

    /** What comes out. */
    public static BreakEven.Result result(BreakEven.Request request) {
        List<Integer> timed = BreakEven.timed(request.prompts(), 8192);
        boolean pays = request.tail() < TOO_MUCH;
        TimeCurve base = curve(timed, n -> 2 + 0.4 * n);
        TimeCurve predicted = curve(timed, n -> 18 + (pays ? 0.2 : 0.5) * n);
        List<BreakEven.Row> rows = new ArrayList<>();
        for (int prompt : request.prompts()) {
            for (int reply : request.replies()) {
                double decoding = 10 * (reply - 1);
                double ttft = base.at(prompt);
                double own = predicted.at(prompt);
                Times foretold = new Times(ttft, own, ttft - own, ttft + decoding, own + decoding);
                boolean ended = reply > 100;
                Times measured = new Times(
                        ttft * 1.03,
                        own * 0.98,
                        ttft * 1.03 - own * 0.98,
                        ended ? null : ttft * 1.03 + decoding,
                        ended ? null : own * 0.98 + decoding);
                BreakEven.Check check = new BreakEven.Check(
                        measured,
                        new Estimate(-0.029, -0.041, -0.012),
                        new Estimate(0.02, -0.013, 0.052),
                        Estimate.of(-0.134),
                        ended ? null : -0.006,
                        ended ? null : 0.004);
                rows.add(new BreakEven.Row(prompt, reply, foretold, request.check() ? check : null));
            }
        }
        return new BreakEven.Result(
                request.setup(),
                request.tail(),
                new Machine("AMD EPYC 7763", 2, 4, 8L << 30, "Linux", "25", "bf16", "bf16", 2, "mains"),
                timed,
                base,
                predicted,
                curve(timed, n -> base.at(n) - predicted.at(n)),
                curve(timed, n -> 10),
                pays ? 81 : null,
                new BreakEven.MemoryPaid(6_650_000, 0, 11_520, 6_640_000),
                rows,
                0.02);
    }

    /** The same without asking. */
    public static BreakEven.Result result(List<Integer> prompts, int tail, boolean check) {
        return result(new BreakEven.Request(
                Path.of("/setups/early"), prompts, List.of(16), tail, new TtftProtocol.Limits(50, 60), check));
    }

    private static TimeCurve curve(List<Integer> lengths, IntToDoubleFunction millis) {
        return new TimeCurve(lengths.stream()
                .map(n -> new TimeCurve.Point(n, millis.applyAsDouble(n)))
                .toList());
    }
}
