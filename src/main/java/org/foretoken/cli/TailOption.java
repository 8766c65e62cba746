package org.foretoken.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How much of the prompt the base reads itself. */
final class TailOption {
    @Option(
            names = "--tail",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "prompt tokens that the base reads itself (default: the setup's own setting)")
    private Optional<Integer> tail;

    boolean isGiven() {
        return tail.isPresent();
    }

    /** 0 takes the setup's own. */
    int orOwn() {
        return tail.orElse(0);
    }
}
