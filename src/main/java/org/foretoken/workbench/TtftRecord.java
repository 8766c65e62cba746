package org.foretoken.workbench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.bench.OtherWork;
import org.foretoken.bench.Peak;
import org.foretoken.bench.Statistics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * A measurement of times to first token with all that it needs to be believed or repeated.
 *
 * @param format version of this record's form
 * @param program version that measured
 * @param timestamp when it ended, ISO 8601 in UTC
 * @param setup folder, or null for a model alone
 * @param base the model that answers
 * @param auxiliary null without a setup, and in one whose auxiliary is a part of the base
 * @param layerMap the auxiliary layer that feeds base layer 0, 1, …; empty without a setup
 * @param source what the predictor reads; null without a setup
 * @param tail prompt tokens that the base reads itself; 0 without a setup
 * @param peak what the machine can do at most, measured just before
 * @param rows by length, then by arm
 */
public record TtftRecord(
        int format,
        String program,
        String timestamp,
        @Nullable String setup,
        Model base,
        @Nullable Model auxiliary,
        List<Integer> layerMap,
        @Nullable String source,
        int tail,
        Protocol protocol,
        Machine machine,
        Peak peak,
        List<Row> rows) {
    /** The form of today. */
    public static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    /**
     * A model that took part.
     *
     * @param hash of its weights
     */
    public record Model(String name, String path, String hash) {}

    /**
     * How it was measured: warm-up runs at full length, then turns until the 95% interval of every median (between order statistics) is narrower than
     * {@code precise} of it, or a limit is reached.
     */
    public record Protocol(
            int warmUps, int leastRepetitions, int maxRepetitions, double maxSecondsPerLength, double precise) {}

    /** One run in milliseconds, as {@link org.foretoken.generate.PhaseTimes} has them. */
    public record Sample(double ttft, double tokenise, double auxiliary, double predict, double firstStep) {}

    /**
     * One arm at one length. Times are in milliseconds.
     *
     * @param wished tokens of the prompt that were asked for
     * @param tokens that it had: a cut through a word may encode to one more or less
     * @param end why the measurement ended: precise, repetitions or seconds
     * @param interval of the median, 95%; null for fewer than six samples
     * @param phases the median of each phase by itself
     * @param withoutTokenising median of the time from ids to the first token's id
     * @param gain the median over the turns of the base's time by this one's
     * @param gainInterval of the gain, 95%; null for fewer than six samples
     * @param executedFlops that the engine computes for it
     * @param executedFlopsGain the base's over these
     * @param exactFlopsGain likewise by the exact definition
     * @param paperFlopsGain likewise by the paper's
     * @param shareOfPeak executed FLOPs by median over the machine's peak, 0 to 1
     * @param decodeTokensPerSecond of the tokens after the first; null when there was no room for any
     * @param decodeShareOfBandwidth bytes of weights and cache read by a token, by time, over the machine's bandwidth, 0 to 1
     * @param peakMemory most bytes resident during its last warm-up run, everything loaded among them; null where the system doesn't say
     * @param drift a sentence when the samples rose or fell while they were taken; empty otherwise
     * @param otherWork share of the processors that went to others while this length was timed, 0 to 1; null where the system doesn't say
     */
    public record Row(
            int wished,
            int tokens,
            String arm,
            String end,
            double median,
            double p10,
            double p90,
            @Nullable Interval interval,
            Sample phases,
            double withoutTokenising,
            double gain,
            @Nullable Interval gainInterval,
            long executedFlops,
            double executedFlopsGain,
            double exactFlopsGain,
            double paperFlopsGain,
            double shareOfPeak,
            @Nullable Double decodeTokensPerSecond,
            @Nullable Double decodeShareOfBandwidth,
            @Nullable Long peakMemory,
            String drift,
            @Nullable Double otherWork,
            List<Sample> samples) {
        /** A sentence when other work took much of the processors meanwhile; empty otherwise. */
        public Optional<String> busy() {
            return OtherWork.note(otherWork);
        }
    }

    /** The record as JSON, names in snake_case, absent values left out. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is always writable", e);
        }
    }

    /** Writes {@link #json} to a file, whole or not at all. */
    public void write(Path file) throws ForetokenException {
        AtomicFile.write(file, json().getBytes(StandardCharsets.UTF_8));
    }
}
