package org.foretoken.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.workbench.SweepPareto;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "pareto",
        description = {
            "Measure time to first token against accuracy: a base, and setups on it with several tails, each auxiliary alone beside.",
            "The same command again goes on after an interruption: what is recorded is not measured again."
        },
        footer = {
            "",
            "Examples:",
            "  foretoken pareto --quick",
            "  foretoken pareto --setup setups/first8 --setup setups/first15 --tails 1,32 --task triviaqa --data dev.json",
            "    --shots 5 --limit 150 --lengths 128,512 --out pareto",
        })
final class ParetoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--setup", paramLabel = "FOLDER", description = "a setup; give it again for more, of the same base")
    private List<Path> setups = new ArrayList<>();

    @Option(
            names = "--tails",
            paramLabel = "1,32",
            converter = Values.OfIntegers.class,
            description = "prompt tokens that the base reads itself, each an arm (default: each setup's own setting)")
    private Values.@Nullable Integers tails;

    @Option(names = "--no-auxiliary", description = "leave the auxiliaries alone out")
    private boolean noAuxiliary;

    @Option(
            names = "--arms",
            paramLabel = "random:0.5,hybrid:4",
            converter = Values.OfArms.class,
            description = "further arms: baselines (random:0.5, static:0.5, lazy:0.75-0.25), measured once, and"
                    + " hybrids (hybrid:4) of each setup, with its own tail")
    private Values.@Nullable Arms arms;

    @Option(
            names = "--task",
            paramLabel = "NAME|FILE",
            description = "what is asked, as in 'foretoken eval' (default: quiz)")
    private @Nullable String task;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "the task's data (default: the quiz that comes with the sample models)")
    private @Nullable Path data;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            converter = OfMetric.class,
            description = "the score, one of the task's (default: its first)")
    private Optional<Metric> metric;

    @Mixin
    private QuestionOptions questions;

    @Option(
            names = "--lengths",
            paramLabel = "128,512",
            converter = Values.OfIntegers.class,
            description = "lengths of the prompts that are timed, in tokens (default: 128)")
    private Values.@Nullable Integers lengths;

    @Mixin
    private TimingOptions timing;

    @Option(
            names = "--x",
            paramLabel = "AXIS",
            defaultValue = "gain",
            converter = OfX.class,
            description =
                    "how soon: ttft, gain or flops (default: ${DEFAULT-VALUE}); the frontier is drawn on it; the base is timed in turns with each setup, so a gain holds where the machine drifts")
    private Axes.X x;

    @Option(
            names = "--y",
            paramLabel = "AXIS",
            defaultValue = "score",
            converter = OfY.class,
            description = "how well: score or retained, the share of the base's (default: ${DEFAULT-VALUE})")
    private Axes.Y y;

    @Option(
            names = "--flops",
            paramLabel = "DEFINITION",
            defaultValue = "executed",
            converter = OfDefinition.class,
            description = "what FLOPs count: paper, exact or executed (default: ${DEFAULT-VALUE})")
    private Definition flops;

    @Option(names = "--log", description = "draw the axis from left to right logarithmically")
    private boolean log;

    @Option(
            names = "--paper",
            arity = "0..1",
            fallbackValue = "5",
            paramLabel = "TABLE",
            description =
                    "lay the paper's points beside: its table 5 (OpenELM 1.1B, TriviaQA), 6 (3B) or 7 (HumanEval)")
    private Optional<Integer> paper;

    @Option(names = "--fresh", description = "measure all again, whatever is recorded")
    private boolean fresh;

    @Option(
            names = "--quick",
            description =
                    "the sample models, a part of their quiz, one length: about a minute; files go to Foretoken's folder")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "write pareto.csv, .json, pareto-latex.tex and the figure as .svg, .pdf and .png there")
    private @Nullable Path out;

    @Option(names = "--json", description = "print one JSON object with all points")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    static final class OfX implements ITypeConverter<Axes.X> {
        @Override
        public Axes.X convert(String text) {
            return Values.constant(Axes.X.class, text);
        }
    }

    static final class OfY implements ITypeConverter<Axes.Y> {
        @Override
        public Axes.Y convert(String text) {
            return Values.constant(Axes.Y.class, text);
        }
    }

    static final class OfDefinition implements ITypeConverter<Definition> {
        @Override
        public Definition convert(String text) {
            return Values.constant(Definition.class, text);
        }
    }

    /** A metric as task files write it. */
    static final class OfMetric implements ITypeConverter<Metric> {
        @Override
        public Metric convert(String text) {
            return Metric.find(text).orElseThrow(() -> new TypeConversionException(Metric.unknown(text)));
        }
    }

    ParetoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        check();
        Axes axes = new Axes(x, y, flops, log);
        SweepPareto.Result result;
        try {
            result = session.run("Sweeping", engine, (workbench, progress) -> {
                SweepPareto sweep = new SweepPareto(workbench);
                return sweep.run(
                        quick ? sweep.quick(fresh, axes) : request(sweep, axes),
                        (point, soFar) -> session.line().say(ParetoText.point(point)),
                        progress);
            });
        } catch (CancellationException e) {
            session.terminal()
                    .err()
                    .println("What was measured is recorded; the same command again"
                            + (fresh ? ", without --fresh," : "") + " goes on from here.");
            throw e;
        }
        result.faults().forEach(session.terminal().err()::println);
        if (json) {
            session.terminal().out().println(result.pareto().json());
        } else {
            ParetoText.lines(result).forEach(session.terminal().out()::println);
        }
        Path folder =
                out != null ? out : quick ? session.home().resolve("pareto").resolve("quick") : null;
        List<String> files = new ArrayList<>();
        if (folder != null) {
            result.pareto().write(folder).forEach(file -> files.add(file.toString()));
        }
        if (!json) {
            session.terminal().out().println();
            session.terminal()
                    .out()
                    .println("Records: " + result.records() + " (" + result.added() + " added, " + result.reused()
                            + " of before)" + (files.isEmpty() ? "" : "; files: " + String.join(", ", files)));
        }
        return 0;
    }

    private void check() {
        boolean own = !setups.isEmpty()
                || tails != null
                || noAuxiliary
                || arms != null
                || task != null
                || data != null
                || metric.isPresent()
                || questions.areGiven()
                || lengths != null
                || timing.areGiven()
                || paper.isPresent();
        if (quick && own) {
            throw new ParameterException(
                    command.commandLine(), "--quick decides itself what is measured: leave the other options out.");
        }
        if (!quick && setups.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "Name a setup's folder or more (--setup), or take the sample models (--quick).");
        }
        if (out != null && Files.exists(out) && !Files.isDirectory(out)) {
            throw new ParameterException(command.commandLine(), "--out " + out + " is a file: name a folder.");
        }
        if (tails != null && tails.list().contains(0)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--tails takes whole numbers from 1 on: the base reads the last token itself.");
        }
    }

    private SweepPareto.Request request(SweepPareto sweep, Axes axes) throws ForetokenException {
        Task read = Task.of(task == null ? "quiz" : task);
        Path asked = data;
        if (asked == null) {
            if (!read.name().equals("quiz") || sweep.quizData().isEmpty()) {
                throw new ForetokenException("The task " + read.name() + " needs a data file: give it with --data.");
            }
            asked = sweep.quizData().get();
        }
        return new SweepPareto.Request(
                setups,
                tails == null ? List.of() : tails.list(),
                !noAuxiliary,
                arms == null ? List.of() : arms.list(),
                questions.of(read),
                asked,
                metric,
                questions.most(),
                lengths == null ? List.of(128) : lengths.list(),
                timing.limits(),
                fresh,
                axes,
                paper.orElse(0));
    }
}
