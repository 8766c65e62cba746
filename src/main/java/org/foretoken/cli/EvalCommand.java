package org.foretoken.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.workbench.Evaluate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "eval",
        description = "Ask a task's questions and score the answers: of a model alone, or of base, KV prediction and"
                + " auxiliary.",
        footer = {
            "",
            "Tasks: quiz, triviaqa, triviaqa-lm-eval, triviaqa-lm-eval-default, nq-open; hellaswag, arc, piqa",
            "(multiple choice by likelihood); perplexity (of a text); humaneval, humaneval-stripped (programs,",
            "which are run); or a task's own JSON file.",
            "humaneval has prompts as they are published, as in lm-eval; humaneval-stripped without the last",
            "line end, as in bigcode's harness: models that write it themselves do better with that.",
            "Both ask for --run-code, for they run the Python that a model writes: each answer in a",
            "process of its own, without network and without your files, for 3 seconds in 1 GiB of memory,",
            "by bubblewrap (Linux) or sandbox-exec (macOS). Where that doesn't hold, nothing is run.",
            "pass@k is the unbiased estimate from all samples.",
            "Examples:",
            "  foretoken eval --setup setups/half --task triviaqa --data triviaqa-dev.json --shots 5 --out evals/half",
            "  foretoken eval --base models/smollm2 --task nq-open --data NQ-open.dev.jsonl --limit 200",
            "  foretoken eval --setup setups/half --task humaneval --data HumanEval.jsonl.gz --run-code",
            "  foretoken eval --base models/smollm2 --task humaneval --data HumanEval.jsonl.gz --run-code \\",
            "      --samples 20 --temperature 0.2 --top-p 0.95",
            "After an interruption the same command goes on where it was.",
        })
final class EvalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ArgGroup(multiplicity = "1")
    private ModelOrSetup model;

    @Option(names = "--task", required = true, paramLabel = "NAME|FILE", description = "a task below, or its JSON file")
    private String task;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "the task's data: JSON or JSON lines, or a text")
    private Path data;

    @Option(
            names = "--arms",
            paramLabel = "base,kv",
            converter = Values.OfArms.class,
            description = "who answers: base, kv (KV prediction) and auxiliary (default: all that there are); or"
                    + " a baseline: random:0.5, static:0.5, lazy:0.75-0.25, hybrid:4")
    private Values.@Nullable Arms arms;

    @Mixin
    private QuestionOptions questions;

    @Mixin
    private TailOption tail;

    @Option(names = "--run-code", description = "humaneval: run the Python programs that the model writes")
    private boolean runCode;

    @Option(
            names = "--samples",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "humaneval: answers to each question (default: 1); more need a --temperature")
    private Optional<Integer> samples;

    @Mixin
    private SamplingOptions sampling;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "keep each arm's answers there as JSON lines, besides the run records")
    private Optional<Path> out;

    @Option(names = "--json", description = "print one JSON object, with every answer")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    EvalCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        List<Arm> chosen = arms();
        Task asked = questions.of(Task.of(task));
        Evaluate.Request request = new Evaluate.Request(
                model.path(), asked, data, chosen, questions.most(), tail.orOwn(), running(asked), out.orElse(null));
        Evaluate.Result result = session.run(
                "Evaluating",
                engine,
                (workbench, progress) ->
                        new Evaluate(workbench).run(request, (arm, number, questions, answer) -> {}, progress));
        if (json) {
            Json.print(session.terminal(), EvalText.json(result));
        } else {
            EvalText.lines(result).forEach(session.terminal().out()::println);
        }
        return 0;
    }

    private Evaluate.@Nullable Running running(Task asked) {
        Sampling drawn = sampling.sampling(command.commandLine());
        if (asked.kind() != Metric.Kind.CODE) {
            if (runCode || samples.isPresent() || !drawn.equals(Sampling.GREEDY)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--run-code, --samples and how to sample are for tasks whose answers are run; " + asked.name()
                                + " asks for the likeliest answer.");
            }
            return null;
        }
        if (!runCode) {
            throw new ParameterException(
                    command.commandLine(),
                    "The task " + asked.name() + " runs the Python programs that a model writes, in a sandbox without"
                            + " network and without your files: give --run-code to allow it.");
        }
        if (samples.orElse(1) > 1 && drawn.temperature() == 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "--samples above 1 needs a --temperature above 0: greedy answers are all the same.");
        }
        return new Evaluate.Running(samples.orElse(1), drawn);
    }

    private List<Arm> arms() {
        if (!model.isSetup()) {
            boolean others = arms != null && arms.list().stream().anyMatch(Arm::needsSetup);
            model.needsSetup(command.commandLine(), others ? "--arms" : tail.isGiven() ? "--tail" : "");
            return arms == null ? List.of(Arm.BASE) : arms.list();
        }
        return arms == null ? Arm.OF_A_SETUP : arms.list();
    }
}
