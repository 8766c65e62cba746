package org.foretoken.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Statistics.Interval;
import org.foretoken.bench.Statistics.Trend;
import org.foretoken.generate.PhaseTimes;
import org.jspecify.annotations.Nullable;

/**
 * Times several ways to a first token against each other. Each is run at full length to warm up, then they take turns, A B C A B C, so that whatever
 * else the machine does falls on all of them. It goes on until the 95% interval of every median is narrower than 3% of it, or a limit is reached.
 */
public final class TtftProtocol {
    /** Repetitions that are made in any case. */
    public static final int LEAST_REPETITIONS = 5;
    /** Width of the median's 95% interval, in parts of the median, that is precise enough. */
    public static final double PRECISE = 0.03;
    /** Untimed rounds before the first timed one: the first compiles and packs, the second finds out what the first didn't. */
    public static final int WARM_UPS = 2;

    /** A trend that is as improbable by chance, and as large, is worth a note. */
    private static final double DRIFT_PROBABILITY = 0.05;

    private static final double DRIFT_CHANGE = 0.03;

    private final LongSupplier nanoTime;

    /** One way: from the prompt's text in hand to the first token's id. */
    @FunctionalInterface
    public interface FirstToken {
        PhaseTimes run() throws ForetokenException;
    }

    /** A way with its name in the result. */
    public record Contender(String name, FirstToken firstToken) {}

    /**
     * When to stop.
     *
     * @param maxRepetitions at least {@link #LEAST_REPETITIONS}
     * @param maxSeconds of timed rounds; the least number of repetitions is made whatever it takes
     */
    public record Limits(int maxRepetitions, double maxSeconds) {
        /** Refuses limits under which nothing could be measured. */
        public void check() throws ForetokenException {
            if (maxRepetitions < LEAST_REPETITIONS) {
                throw new ForetokenException("A measurement takes at least " + LEAST_REPETITIONS + " repetitions, not "
                        + maxRepetitions + ": allow more.");
            }
            if (!(maxSeconds > 0)) {
                throw new ForetokenException("A measurement takes time, but " + maxSeconds
                        + " seconds are allowed for each length: allow more.");
            }
        }
    }

    /** Why it ended. */
    public enum End {
        PRECISE,
        REPETITIONS,
        SECONDS;

        /** As records write it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What one way took.
     *
     * @param samples in the order they were taken
     * @param peakMemory most bytes that the process had resident while this one warmed up (where the system can't forget an earlier peak: since its
     *     start); empty where the system doesn't say
     */
    public record Measured(String name, List<PhaseTimes> samples, OptionalLong peakMemory) {
        public Measured {
            samples = List.copyOf(samples);
        }

        /** Times to first token in milliseconds, in the order they were taken. */
        public List<Double> ttfts() {
            return samples.stream().map(PhaseTimes::ttft).toList();
        }

        /** Whether the median is known to 3%. */
        boolean precise() {
            List<Double> ttfts = ttfts();
            Interval interval = Statistics.medianInterval(ttfts);
            return interval != null && interval.relativeTo(Statistics.median(ttfts)) < PRECISE;
        }

        /** A sentence when the samples rose or fell while they were taken, as on a machine that heats up; empty otherwise. */
        public String drift() {
            Trend trend = Statistics.trend(ttfts());
            if (trend.probability() > DRIFT_PROBABILITY || Math.abs(trend.change()) < DRIFT_CHANGE) {
                return "";
            }
            return String.format(
                    Locale.ROOT,
                    "%s: the samples %s by %.0f%% from first to last; the machine may be %s.",
                    name,
                    trend.change() > 0 ? "rise" : "fall",
                    100 * Math.abs(trend.change()),
                    trend.change() > 0 ? "heating up or getting busier" : "speeding up or getting less busy");
        }
    }

    /**
     * All of them, in the order given.
     *
     * @param otherWork share of the processors that went to others meanwhile; null where the system doesn't say
     */
    public record Outcome(
            List<Measured> measured, End end, @Nullable Double otherWork) {
        public Outcome {
            measured = List.copyOf(measured);
        }
    }

    public TtftProtocol() {
        this(System::nanoTime);
    }

    TtftProtocol(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Runs it on this thread, on which nothing else should run meanwhile.
     *
     * @param what the work in a few words, for {@code progress}
     * @throws ForetokenException when the limits are unusable or a contender fails
     */
    public Outcome run(List<Contender> contenders, Limits limits, String what, Progress progress)
            throws ForetokenException {
        limits.check();
        long total = (long) (WARM_UPS + limits.maxRepetitions()) * contenders.size();
        long done = 0;
        List<OptionalLong> peaks = new ArrayList<>();
        for (int round = 0; round < WARM_UPS; round++) {
            peaks.clear();
            for (Contender contender : contenders) {
                progress.report(what, done++, total);
                PeakMemory.forget();
                contender.firstToken().run();
                peaks.add(PeakMemory.bytes());
            }
        }
        // what the warm-up left behind isn't collected on a contender's time
        System.gc();
        List<List<PhaseTimes>> samples = new ArrayList<>();
        contenders.forEach(contender -> samples.add(new ArrayList<>()));
        long start = nanoTime.getAsLong();
        OtherWork others = OtherWork.begin();
        while (true) {
            for (int i = 0; i < contenders.size(); i++) {
                progress.report(what, done++, total);
                samples.get(i).add(contenders.get(i).firstToken().run());
            }
            int repetitions = samples.get(0).size();
            if (repetitions < LEAST_REPETITIONS) {
                continue;
            }
            List<Measured> measured = new ArrayList<>();
            for (int i = 0; i < contenders.size(); i++) {
                measured.add(new Measured(contenders.get(i).name(), samples.get(i), peaks.get(i)));
            }
            double seconds = (nanoTime.getAsLong() - start) / 1e9;
            End end = measured.stream().allMatch(Measured::precise)
                    ? End.PRECISE
                    : repetitions >= limits.maxRepetitions()
                            ? End.REPETITIONS
                            : seconds >= limits.maxSeconds() ? End.SECONDS : null;
            if (end != null) {
                OptionalDouble share = others.share();
                return new Outcome(measured, end, share.isPresent() ? share.getAsDouble() : null);
            }
        }
    }
}
