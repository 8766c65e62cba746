package org.foretoken.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Refined;
import org.foretoken.generate.Sampling;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.Workbench;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        description = "Answer a prompt: by a model alone, or by a setup, from the cache that it predicts.",
        footer = {
            "",
            "Examples:",
            "  foretoken generate --base models/smollm2 --chat --prompt \"Why is the sky blue?\"",
            "  foretoken generate --setup setups/half --prompt-file question.txt --tail 32 --compare",
            "  foretoken generate --setup setups/half --prompt-file question.txt --refine",
        })
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ArgGroup(multiplicity = "1")
    private ModelOrSetup model;

    @ArgGroup(multiplicity = "1")
    private PromptOptions prompt;

    @Option(names = "--chat", description = "put the prompt through the model's chat template, as the user's message")
    private boolean chat;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "128",
            converter = Values.AtLeastOne.class,
            description = "longest answer (default: ${DEFAULT-VALUE})")
    private int maxTokens;

    @Option(names = "--stop", paramLabel = "TEXT", description = "end before this text; may be given again")
    private List<String> stops = new ArrayList<>();

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private TailOption tail;

    @Option(
            names = "--refine",
            arity = "0..1",
            paramLabel = "N",
            fallbackValue = Refined.TOKENS + "",
            converter = Values.AtLeastOne.class,
            description = "make the predicted cache exact behind the first token, while the next N tokens are written"
                    + " (without N: ${FALLBACK-VALUE}); what follows is the base's own continuation")
    private Optional<Integer> refine;

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            converter = Values.OfArm.class,
            description = "who answers: base, kv or auxiliary (default: kv for a setup), or"
                    + " a baseline: random:0.5, static:0.5, lazy:0.75-0.25, hybrid:4")
    private Optional<Arm> arm;

    @Option(names = "--compare", description = "answer by base, KV prediction and auxiliary, one under the other")
    private boolean compare;

    @Option(names = "--json", description = "print one JSON object instead of the text")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    GenerateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        check();
        Sampling choice = sampling.sampling(command.commandLine());
        Prompt text =
                prompt.read(chat); // here, for the engine thread cannot be called back from a pipe that brings nothing
        if (text.text().isEmpty() && text.ids().isEmpty()) {
            throw new ParameterException(command.commandLine(), "The prompt is empty: there is nothing to answer.");
        }
        if (compare) {
            List<GenerationResult> results = session.run(
                    "Comparing", engine, (workbench, progress) -> compare(workbench, text, choice, progress));
            if (json) {
                Json.print(session.terminal(), AnswerText.json(results));
            }
            return 0;
        }
        Arm who = arm.orElse(model.isSetup() ? Arm.KV_PREDICTION : Arm.BASE);
        GenerationResult result = session.run(
                "Answering",
                engine,
                (workbench, progress) -> new Generate(workbench)
                        .run(request(who, text, choice, maxTokens), listener(Optional.empty()), progress));
        if (json) {
            Json.print(session.terminal(), AnswerText.json(result));
        } else {
            session.terminal().out().println(AnswerText.rest(result));
            session.terminal().out().flush();
            session.terminal().err().println(AnswerText.summary(result));
        }
        return 0;
    }

    private void check() {
        String needs = compare ? "--compare" : tail.isGiven() ? "--tail" : refine.isPresent() ? "--refine" : "";
        if (needs.isEmpty() && arm.isPresent() && arm.get().needsSetup()) {
            needs = "--arm " + arm.get().key();
        }
        model.needsSetup(command.commandLine(), needs);
        if (compare && arm.isPresent()) {
            throw new ParameterException(command.commandLine(), "--compare runs every arm; leave --arm out.");
        }
        if (tail.isGiven() && arm.isPresent() && !arm.get().predicts()) {
            throw new ParameterException(
                    command.commandLine(), "--tail is what the base reads beside a prediction: it needs --arm kv.");
        }
        if (refine.isPresent() && arm.isPresent() && !arm.get().equals(Arm.KV_PREDICTION)) {
            throw new ParameterException(
                    command.commandLine(), "--refine makes a predicted cache exact: it needs --arm kv.");
        }
        if (chat && prompt.isTokens()) {
            throw new ParameterException(command.commandLine(), "--chat needs text; --tokens are taken as they are.");
        }
    }

    /** Every arm's answer after all are warm, so that none pays for another's start. */
    private List<GenerationResult> compare(Workbench workbench, Prompt text, Sampling choice, Progress progress)
            throws ForetokenException {
        Generate generate = new Generate(workbench);
        for (Arm each : Arm.OF_A_SETUP) {
            generate.warmUp(request(each, text, choice, 1), progress);
        }
        List<GenerationResult> results = new ArrayList<>();
        for (Arm each : Arm.OF_A_SETUP) {
            GenerationResult result =
                    generate.run(request(each, text, choice, maxTokens), listener(Optional.of(each)), progress);
            results.add(result);
            if (!json) {
                session.terminal().out().println(AnswerText.rest(result));
                session.terminal().out().println(AnswerText.comparison(result, results.getFirst()));
                session.terminal().out().println();
            }
        }
        return results;
    }

    private Generate.Request request(Arm who, Prompt text, Sampling choice, int tokens) throws ForetokenException {
        int parts = who.equals(Arm.KV_PREDICTION) ? refine.orElse(0) : 0;
        return new Generate.Request(model.path(), who, text, choice, tokens, stops, tail.orOwn(), parts);
    }

    /** Prints the answer as it comes, under its arm's name if there is one to print. */
    private Generate.Listener listener(Optional<Arm> heading) {
        return new Generate.Listener() {
            @Override
            public void onFirst(PhaseTimes times) {
                if (!json) {
                    session.line().hide();
                    heading.ifPresent(each -> session.terminal().out().println("--- " + each.label()));
                }
            }

            @Override
            public void onToken(int id, String text) {
                onText(text);
            }

            @Override
            public void onText(String text) {
                if (json) {
                    return;
                }
                session.terminal().out().print(text);
                if (session.terminal().out().checkError()) { // flushes, too
                    throw new CancellationException("nobody reads the answer any longer");
                }
            }
        };
    }
}
