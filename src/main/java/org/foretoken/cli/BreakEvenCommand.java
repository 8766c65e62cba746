package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.BreakEven;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "break-even",
        description = {
            "Foretell what KV prediction saves and takes at any prompt and reply length on this machine, and from which prompt on it pays.",
            "A few lengths are timed and recorded; curves through them tell the others."
        },
        footer = {
            "",
            "Example: foretoken break-even --setup setups/early --prompts 100,500,2000 --replies 16,128 --check",
        })
final class BreakEvenCommand implements Callable<Integer> {
    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path setup;

    @Option(
            names = "--prompts",
            paramLabel = "128,512",
            defaultValue = "32,128,512",
            converter = Values.OfIntegers.class,
            description = "lengths of prompts in tokens (default: ${DEFAULT-VALUE})")
    private Values.Integers prompts;

    @Option(
            names = "--replies",
            paramLabel = "16,128",
            defaultValue = "16,128",
            converter = Values.OfIntegers.class,
            description = "lengths of replies in tokens (default: ${DEFAULT-VALUE})")
    private Values.Integers replies;

    @Mixin
    private TailOption tail;

    @Option(names = "--check", description = "measure the prompts asked for, too, and show both")
    private boolean check;

    @Mixin
    private TimingOptions timing;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    BreakEvenCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        BreakEven.Request request =
                new BreakEven.Request(setup, prompts.list(), replies.list(), tail.orOwn(), timing.limits(), check);
        BreakEven.Result result = session.run(
                "Measuring", engine, (workbench, progress) -> new BreakEven(workbench).run(request, progress));
        if (json) {
            Json.print(session.terminal(), BreakEvenText.json(result));
        } else {
            BreakEvenText.lines(result).forEach(session.terminal().out()::println);
        }
        return 0;
    }
}
