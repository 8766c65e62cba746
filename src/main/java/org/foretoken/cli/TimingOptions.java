package org.foretoken.cli;

import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How long a time to first token is measured. */
final class TimingOptions {
    private static final int REPETITIONS = 50;
    private static final double SECONDS = 60;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "most timed runs of an arm at a length (default: " + REPETITIONS + ")")
    private Optional<Integer> repetitions;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "most seconds of timed runs at a length (default: " + SECONDS + ")")
    private Optional<Double> seconds;

    boolean areGiven() {
        return repetitions.isPresent() || seconds.isPresent();
    }

    TtftProtocol.Limits limits() {
        TtftProtocol.Limits limits = new TtftProtocol.Limits(repetitions.orElse(REPETITIONS), seconds.orElse(SECONDS));
        try {
            limits.check();
        } catch (ForetokenException e) {
            throw new ParameterException(command.commandLine(), e.sentence(), e);
        }
        return limits;
    }
}
