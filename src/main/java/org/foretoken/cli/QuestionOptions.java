package org.foretoken.cli;

import java.util.Optional;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How many questions a task asks, and after how many solved examples. */
final class QuestionOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    private Optional<Integer> shots = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "questions to ask at most, the file's first (default: all)")
    private Optional<Integer> limit;

    @Option(names = "--shots", paramLabel = "N", description = "solved examples in a prompt (default: the task's own)")
    void setShots(Optional<Integer> count) {
        if (count.isPresent() && count.get() < 0) {
            throw new ParameterException(command.commandLine(), "--shots takes a whole number from 0 on.");
        }
        shots = count;
    }

    boolean areGiven() {
        return shots.isPresent() || limit.isPresent();
    }

    /** The task with the shots asked for. */
    Task of(Task task) {
        if (shots.isPresent() && task.kind() == Metric.Kind.TEXT) {
            throw new ParameterException(
                    command.commandLine(),
                    "--shots has no place in the task " + task.name() + ", which reads a text: leave it out.");
        }
        return shots.isPresent() ? task.withShots(shots.get()) : task;
    }

    /** Questions at most; 0 for all. */
    int most() {
        return limit.orElse(0);
    }
}
