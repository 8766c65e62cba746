package org.foretoken.runs;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Sample;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Flops.Definition;
import org.foretoken.train.CurvePoint;
import org.jspecify.annotations.Nullable;

/**
 * That a record has all that tables, figures and reports read of it without asking, with numbers that can be: one that hasn't would stop the reading of
 * all others. JSON fills what is missing with null, whatever a type says. Every failure is an {@link IllegalArgumentException} that names the field.
 */
final class RecordCheck {
    /** Digits of a file's hash that tables show. */
    private static final int HASH_DIGITS = 12;

    private RecordCheck() {}

    /** @param record null, as a line that says so makes it */
    static RunRecord checked(@Nullable RunRecord record) {
        if (record == null) {
            throw new IllegalArgumentException("schema");
        }
        there("id", record.id());
        there("session", record.session());
        there("program", record.program());
        there("timestamp", record.timestamp());
        there("subject", record.subject());
        there("machine", record.machine());
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        long parts = List.of(timing != null, answers != null, training != null).stream()
                .filter(part -> part)
                .count();
        require(record.schema() == RunRecord.SCHEMA, "schema");
        require(parts == 1, "one of timing, answers and training");
        subject(record.subject());
        machine(record.machine());
        if (timing != null) {
            timing(timing);
            countable(record);
        }
        if (answers != null) {
            answers(answers);
        }
        if (training != null) {
            training(training);
        }
        return record;
    }

    private static void subject(RunRecord.Subject subject) {
        there("subject.arm", subject.arm());
        there("subject.base", subject.base());
        model("subject.base", subject.base());
        if (subject.auxiliary() != null) {
            model("subject.auxiliary", subject.auxiliary());
        }
        List<Integer> layers = subject.selectLayers();
        whole("subject.select_layers", layers);
        require(layers == null || !layers.isEmpty(), "subject.select_layers");
        whole("subject.layer_map", subject.layerMap());
        for (SetupFile.Origin made = subject.made(); made != null; made = made.from()) {
            there("subject.made.method", made.method());
            there("subject.made.text", made.text());
            whole("subject.made.text", made.text());
        }
    }

    private static void model(String field, RunRecord.Model model) {
        there(field + ".name", model.name());
        there(field + ".path", model.path());
    }

    private static void machine(Machine machine) {
        there("machine.cpu", machine.cpu());
        there("machine.os", machine.os());
        there("machine.jvm", machine.jvm());
        there("machine.kernel", machine.kernel());
        there("machine.dtype", machine.dtype());
        there("machine.power_source", machine.powerSource());
    }

    private static void timing(RunRecord.Timing timing) {
        require(timing.tokens() >= 1, "timing.tokens of 1 at least");
        there("timing.end", timing.end());
        Double others = timing.otherWork();
        require(others == null || (others >= 0 && others <= 1), "timing.other_work of 0 to 1");
        there("timing.shapes", timing.shapes());
        there("timing.shapes.base", timing.shapes().base());
        require(!timing.samples().isEmpty(), "timing.samples");
        for (PhaseTimes sample : timing.samples()) {
            time("tokenise", sample.tokenise());
            time("auxiliary", sample.auxiliary());
            time("predict", sample.predict());
            time("first_step", sample.firstStep());
            time("decode", sample.decode());
            require(sample.ttft() > 0 && Double.isFinite(sample.ttft()), "timing.samples with times that take time");
        }
    }

    private static void time(String phase, double millis) {
        require(millis >= 0 && Double.isFinite(millis), "timing.samples with a finite " + phase + " of 0 at least");
    }

    /** What FLOPs are counted from depends on the arm, so counting itself tells whether all of it is there. */
    private static void countable(RunRecord record) {
        try {
            for (Definition definition : Definition.values()) {
                record.flops(definition);
            }
        } catch (NullPointerException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException
                | NegativeArraySizeException e) {
            throw new IllegalArgumentException("shapes that FLOPs of its arm can be counted from", e);
        }
    }

    private static void answers(RunRecord.Answers answers) {
        RunRecord.Asked asked = answers.asked();
        there("answers.asked", asked);
        there("answers.asked.task", asked.task());
        there("answers.asked.data", asked.data());
        hash("answers.asked.sha256", asked.sha256());
        hash("answers.asked.data_sha256", asked.dataSha256());
        require(!answers.examples().isEmpty(), "answers.examples");
        for (Answered example : answers.examples()) {
            example(example);
        }
        Set<String> scores = answers.examples().get(0).scores().keySet();
        require(
                !scores.isEmpty()
                        && answers.examples().stream()
                                .allMatch(each -> each.scores().keySet().equals(scores)),
                "answers.examples with the same scores each");
    }

    private static void hash(String field, String hex) {
        there(field, hex);
        require(hex.length() >= HASH_DIGITS, field);
    }

    private static void example(Answered example) {
        there("answers.examples.id", example.id());
        there("answers.examples.output", example.output());
        there("answers.examples.filtered", example.filtered());
        there("answers.examples.stop", example.stop());
        there("answers.examples.log_likelihoods", example.logLikelihoods());
        whole("answers.examples.log_likelihoods", example.logLikelihoods());
        there("answers.examples.scores", example.scores());
        for (@Nullable Double score : example.scores().values()) {
            require(score != null && Double.isFinite(score), "answers.examples.scores with finite numbers");
        }
        for (Sample sample : example.samples()) {
            there("answers.examples.samples.output", sample.output());
            there("answers.examples.samples.stop", sample.stop());
            there("answers.examples.samples.outcome", sample.outcome());
        }
    }

    private static void training(RunRecord.Training training) {
        there("training.folder", training.folder());
        there("training.end", training.end());
        there("training.settings", training.settings());
        whole("training.settings", training.settings().values());
        for (CurvePoint point : training.curve()) {
            there("training.curve.losses", point.losses());
        }
    }

    private static void there(String field, @Nullable Object value) {
        require(value != null, field);
    }

    /** Without gaps, if it is there. */
    private static void whole(String field, @Nullable Collection<?> values) {
        require(values == null || values.stream().noneMatch(Objects::isNull), field);
    }

    private static void require(boolean fine, String field) {
        if (!fine) {
            throw new IllegalArgumentException(field);
        }
    }
}
