package org.foretoken.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Answered;
import org.foretoken.generate.Arm;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.Flops.Definition;
import org.foretoken.train.CurvePoint;
import org.jspecify.annotations.Nullable;

/**
 * What was measured once, as it was measured: nothing in it follows from the rest of it. Exactly one of {@code timing}, {@code answers} and
 * {@code training} is there.
 *
 * @param schema version of this form
 * @param id ten hex digits
 * @param session shared by records whose samples were taken in turns: a gain is one record's samples against those of its session's base
 * @param program version that measured
 * @param timestamp when it ended, ISO 8601 in UTC
 * @param subject who was measured
 * @param machine with kernel, dtype and threads
 * @param seed of what chance decides; null where nothing is left to chance, as in greedy decoding, or the arm's key has it
 */
public record RunRecord(
        int schema,
        String id,
        String session,
        String program,
        String timestamp,
        Subject subject,
        Machine machine,
        @Nullable Long seed,
        @Nullable Timing timing,
        @Nullable Answers answers,
        @Nullable Training training) {
    /** The form of today. */
    public static final int SCHEMA = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** What a record is of. */
    public enum Kind {
        TIMING,
        ANSWERS,
        TRAINING;

        /** As tables and options write it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A model.
     *
     * @param hash of its weights; null while there are none
     */
    public record Model(String name, String path, @Nullable String hash) {}

    /**
     * Who was measured. What an arm doesn't depend on is null.
     *
     * @param arm its key, such as {@code base}, {@code kv} or {@code random:0.5}
     * @param setup the name of the setup that it was measured by
     * @param setupPath that setup's folder
     * @param base the model that answers, or whose part or partner does
     * @param auxiliary null where it is a part of the base
     * @param selectLayers the base's layers that the auxiliary consists of
     * @param layerMap the auxiliary layer that feeds base layer 0, 1, …
     * @param source what the predictor reads
     * @param predictor hash of its weights
     * @param tail prompt tokens that the base reads itself
     * @param made how the predictor came to be, as the setup says
     */
    public record Subject(
            String arm,
            @Nullable String setup,
            @Nullable String setupPath,
            Model base,
            @Nullable Model auxiliary,
            @Nullable List<Integer> selectLayers,
            @Nullable List<Integer> layerMap,
            @Nullable String source,
            @Nullable String predictor,
            @Nullable Integer tail,
            SetupFile.@Nullable Origin made) {
        /** A model that answers alone. */
        public static Subject base(Model base) {
            return alone(Arm.BASE, base);
        }

        /** A model that reads by itself, though not all of the prompt perhaps. */
        public static Subject alone(Arm arm, Model base) {
            return new Subject(arm.key(), null, null, base, null, null, null, null, null, null, null);
        }

        /** Without names, paths and history: equal for two that give the same numbers. */
        public Subject bare() {
            Model other = auxiliary == null ? null : new Model("", "", auxiliary.hash());
            return new Subject(
                    arm,
                    null,
                    null,
                    new Model("", "", base.hash()),
                    other,
                    selectLayers,
                    layerMap,
                    source,
                    predictor,
                    tail,
                    null);
        }

        /** Where every position is predicted, as of a text, no tail has a part in it. */
        public Subject withoutTail() {
            return new Subject(
                    arm, setup, setupPath, base, auxiliary, selectLayers, layerMap, source, predictor, null, made);
        }

        /** The arm; empty where its key is another program's. */
        public Optional<Arm> known() {
            try {
                return Optional.of(Arm.of(arm));
            } catch (ForetokenException e) {
                return Optional.empty();
            }
        }

        /** Whether the base reads and answers alone. */
        public boolean ofBase() {
            return arm.equals(Arm.BASE.key());
        }
    }

    /**
     * What FLOPs are counted from.
     *
     * @param base its shape
     * @param auxiliary its shape; null without one
     * @param inputWidths numbers that the maps of each base layer read, 0 for a shared layer; null without a predictor
     * @param readsHidden whether maps read the residual stream; null without a predictor
     */
    public record Shapes(
            DecoderConfig base,
            @Nullable DecoderConfig auxiliary,
            @Nullable List<Integer> inputWidths,
            @Nullable Boolean readsHidden) {}

    /**
     * Times to first token at one prompt length.
     *
     * @param wished tokens of the prompt that were asked for
     * @param tokens that it had
     * @param warmUps untimed runs before the first sample
     * @param maxRepetitions that were allowed
     * @param maxSeconds that were allowed
     * @param end why it ended: precise, repetitions or seconds
     * @param otherWork share of the processors that went to others meanwhile, 0 to 1; null where the system, or an older program, didn't say
     * @param shapes of the models
     * @param samples in milliseconds, in the order they were taken; the time to first token is the sum of their first four phases
     */
    public record Timing(
            int wished,
            int tokens,
            int warmUps,
            int maxRepetitions,
            double maxSeconds,
            String end,
            @Nullable Double otherWork,
            Shapes shapes,
            List<PhaseTimes> samples) {
        public Timing {
            samples = List.copyOf(samples);
        }

        /** Milliseconds, in the order they were taken. */
        public List<Double> ttfts() {
            return samples.stream().map(PhaseTimes::ttft).toList();
        }
    }

    /**
     * What was asked.
     *
     * @param sha256 of the task's definition
     * @param data the file
     * @param limit questions at most; 0 for all
     * @param window tokens of a text that are read at a time; null for questions, and where an older program didn't say
     */
    public record Asked(
            String task,
            int version,
            String sha256,
            String data,
            String dataSha256,
            int shots,
            int limit,
            @Nullable Integer window) {
        /** Of questions. */
        public Asked(String task, int version, String sha256, String data, String dataSha256, int shots, int limit) {
            this(task, version, sha256, data, dataSha256, shots, limit, null);
        }

        /** Without the file's path: equal for two that ask the same. */
        public Asked bare() {
            return new Asked(task, version, sha256, "", dataSha256, shots, limit, window);
        }
    }

    /**
     * A task's questions with what was said: of a text, its windows with their mean losses.
     *
     * @param examples in the questions' order
     * @param sampling how a task's samples were drawn; null where every answer is the likeliest
     */
    public record Answers(
            Asked asked, List<Answered> examples, @Nullable Sampling sampling) {
        /** The likeliest answers. */
        public Answers(Asked asked, List<Answered> examples) {
            this(asked, examples, null);
        }

        public Answers {
            examples = List.copyOf(examples);
        }

        /** Answers that were drawn to each question and run; 0 for other tasks. */
        int samples() {
            return examples.isEmpty() ? 0 : examples.get(0).samples().size();
        }

        /** Whether others came about in the same way: a score of a hundred warm samples says nothing beside one of the likeliest. */
        public boolean drawnLike(Answers other) {
            return Objects.equals(sampling, other.sampling) && samples() == other.samples();
        }
    }

    /**
     * A training with its curves.
     *
     * @param folder of what was trained
     * @param end finished or stopped
     * @param settings as its {@code training.json} has them
     * @param curve as its {@code curve.jsonl} has it
     */
    public record Training(String folder, String end, Map<String, String> settings, List<CurvePoint> curve) {
        public Training {
            curve = List.copyOf(curve);
        }
    }

    /** What it is of. */
    public Kind kind() {
        return timing != null ? Kind.TIMING : answers != null ? Kind.ANSWERS : Kind.TRAINING;
    }

    /** Operations up to the first token; empty where nothing was timed, or for an arm that nobody here can count. */
    public OptionalLong flops(Definition definition) {
        Optional<Arm> arm = subject.known();
        if (timing == null
                || arm.isEmpty()
                || (arm.get().needsSetup() && timing.shapes().auxiliary() == null)) {
            return OptionalLong.empty();
        }
        Shapes shapes = timing.shapes();
        int tokens = timing.tokens();
        return OptionalLong.of(
                switch (arm.get().kind()) {
                    case BASE -> Flops.prefill(shapes.base(), tokens, definition);
                    case PRUNING ->
                        Flops.prefill(
                                shapes.base(), Objects.requireNonNull(arm.get().pruning()), tokens, definition);
                    case AUXILIARY -> Flops.prefill(Objects.requireNonNull(shapes.auxiliary()), tokens, definition);
                    case KV_PREDICTION -> Flops.prefill(prediction(shapes), tokens, definition);
                    case HYBRID ->
                        Flops.prefill(
                                prediction(shapes),
                                arm.get().exact(),
                                Setup.commonLayers(subject.selectLayers()),
                                tokens,
                                definition);
                });
    }

    private Flops.Prediction prediction(Shapes shapes) {
        return new Flops.Prediction(
                shapes.base(),
                Objects.requireNonNull(shapes.auxiliary()),
                Objects.requireNonNull(subject.layerMap()),
                Objects.requireNonNull(shapes.inputWidths()),
                Objects.requireNonNull(shapes.readsHidden()),
                Objects.requireNonNull(subject.tail()));
    }

    /** One line of JSON, names in snake_case, absent values left out. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is always writable", e);
        }
    }

    /**
     * Reads a line.
     *
     * @param where file and line, for the sentence
     * @throws ForetokenException when it is broken or of another schema
     */
    static RunRecord read(String line, String where) throws ForetokenException {
        try {
            JsonNode tree = JSON.readTree(line);
            JsonNode schema = tree.path("schema");
            if (schema.isNumber() && schema.asInt() != SCHEMA) {
                throw new ForetokenException(where + ": schema = " + schema + " is not known here (only " + SCHEMA
                        + "): read it with the version of Foretoken that wrote it (" + tree.path("program") + ").");
            }
            return RecordCheck.checked(JSON.treeToValue(tree, RunRecord.class));
        } catch (ValueInstantiationException e) {
            // a list that a part can't be without
            throw lacking(
                    where,
                    e.getPath().stream()
                            .map(JsonMappingException.Reference::getFieldName)
                            .filter(Objects::nonNull)
                            .collect(Collectors.joining(".")),
                    e);
        } catch (JsonProcessingException e) {
            throw new ForetokenException(
                    where + " is no run record (" + ForetokenException.reason(e)
                            + ") and is passed over: measure again what it was of.",
                    e);
        } catch (IllegalArgumentException e) {
            throw lacking(where, String.valueOf(e.getMessage()), e);
        }
    }

    private static ForetokenException lacking(String where, String field, Exception cause) {
        return new ForetokenException(
                where + " lacks what every run record has and is passed over (" + field
                        + "): measure again what it was of.",
                cause);
    }
}
