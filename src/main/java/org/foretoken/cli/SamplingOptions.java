package org.foretoken.cli;

import org.foretoken.generate.Sampling;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How the next token is chosen; greedy unless a temperature is given. */
final class SamplingOptions {
    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 is greedy (default: ${DEFAULT-VALUE})")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0", description = "keep the K likeliest; 0 keeps all")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "keep the likeliest up to this probability in all")
    private double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description = "keep those of at least this share of the likeliest's probability")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            defaultValue = "1",
            description = "above 1 discourages tokens seen before")
    private double repetitionPenalty;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "of the random numbers (default: ${DEFAULT-VALUE})")
    private long seed;

    Sampling sampling(CommandLine command) {
        check(
                command,
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
                "--temperature is 0 or more, and finite.");
        check(command, topK >= 0, "--top-k is 0 or more.");
        check(command, topP > 0 && topP <= 1, "--top-p is above 0 and at most 1.");
        check(command, minP >= 0 && minP <= 1, "--min-p is between 0 and 1.");
        check(
                command,
                repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY,
                "--repetition-penalty is above 0, and finite.");
        check(
                command,
                temperature > 0 || (topK == 0 && topP == 1 && minP == 0),
                "--top-k, --top-p and --min-p choose among tokens at random: give a --temperature above 0 with them.");
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    private static void check(CommandLine command, boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(command, sentence);
        }
    }
}
