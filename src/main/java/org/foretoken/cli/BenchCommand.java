package org.foretoken.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.workbench.Export;
import org.foretoken.workbench.MeasureTtft;
import org.foretoken.workbench.TtftRecord;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measure the time to first token: base, KV prediction and auxiliary in turns, on this machine.",
        footer = {"", "Example: foretoken bench --setup setups/early --lengths 64,128,256,512,1024 --json ttft.json"})
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ArgGroup(multiplicity = "1")
    private ModelOrSetup model;

    @Option(
            names = "--arms",
            paramLabel = "base,kv",
            converter = Values.OfArms.class,
            description = "measured beside the base: kv (KV prediction) and auxiliary (default: all that there are); or"
                    + " a baseline: random:0.5, static:0.5, lazy:0.75-0.25, hybrid:4")
    private Optional<Values.Arms> arms = Optional.empty();

    @Option(
            names = "--lengths",
            paramLabel = "64,128",
            defaultValue = "64,128,256,512,1024",
            converter = Values.OfIntegers.class,
            description = "prompt lengths in tokens (default: ${DEFAULT-VALUE})")
    private Values.Integers lengths;

    @Mixin
    private TailOption tail;

    @Mixin
    private TimingOptions timing;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "write everything there, raw samples too; - for stdout")
    private Optional<Path> json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        List<Arm> chosen = arms.map(Values.Arms::list).orElse(List.of());
        boolean others = chosen.stream().anyMatch(Arm::needsSetup);
        model.needsSetup(command.commandLine(), others ? "--arms" : tail.isGiven() ? "--tail" : "");
        boolean toStdout = json.isPresent() && json.get().toString().equals("-");
        if (json.isPresent() && !toStdout) {
            Export.check(json.get(), List.of(model.path()));
        }
        MeasureTtft.Request request =
                new MeasureTtft.Request(model.path(), chosen, lengths.list(), timing.limits(), tail.orOwn());
        TtftRecord measured = session.run("Measuring", engine, (workbench, progress) -> {
            TtftRecord result = new MeasureTtft(workbench).run(request, progress);
            if (json.isPresent() && !toStdout) {
                result.write(json.get());
            }
            return result;
        });
        if (toStdout) {
            session.terminal().out().println(measured.json());
        } else {
            BenchText.lines(measured).forEach(session.terminal().out()::println);
        }
        return 0;
    }
}
