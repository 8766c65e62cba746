package org.foretoken.cli;

import java.util.Optional;
import java.util.function.Consumer;
import org.foretoken.torch.Kernel;
import org.foretoken.workbench.Workbench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that every command has. */
@Command(mixinStandardHelpOptions = true, versionProvider = Cli.Named.class)
final class EngineOptions {
    /** Threads for each processor. */
    private static final int MOST_FOR_EACH = 4;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--kernel",
            paramLabel = "KERNEL",
            order = 90,
            converter = Values.OfKernel.class,
            description = "how to multiply by weights: bf16, f32, f32-plain or f32-cblas (default: the fastest here)")
    private Optional<Kernel> kernel;

    @Option(
            names = "--threads",
            paramLabel = "N",
            order = 91,
            converter = Values.AtLeastOne.class,
            description = "engine threads (default: as many as there are processors, on a Mac performance cores)")
    private Optional<Integer> threads;

    @Option(names = "--verbose", order = 92, description = "say on stderr what the log says")
    private boolean verbose;

    /** Sets the log up; call it before anything logs. */
    void speak() {
        if (verbose) {
            System.setProperty("foretoken.log.level", "DEBUG");
        }
    }

    /** What the workbench is to run with. */
    Workbench.Options options(Consumer<String> notice) {
        Workbench.Options defaults = Workbench.Options.defaults();
        int most = MOST_FOR_EACH * Runtime.getRuntime().availableProcessors();
        if (threads.isPresent() && threads.get() > most) {
            throw new ParameterException(
                    command.commandLine(), "--threads is at most " + most + " here: more only wait for each other.");
        }
        return new Workbench.Options(kernel.map(Kernel::label), threads.orElse(defaults.threads()), notice);
    }
}
