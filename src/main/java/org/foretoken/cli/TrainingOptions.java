package org.foretoken.cli;

import org.foretoken.ForetokenException;
import org.foretoken.text.corpus.Packing;
import org.foretoken.train.TrainingSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How training goes, for every command that trains. */
final class TrainingOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "200000",
            converter = Values.AtLeastOne.class,
            description = "tokens to train on; text comes again when it's used up (default: ${DEFAULT-VALUE})")
    private int tokens;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            converter = Values.AtLeastOne.class,
            description = "sequences a step (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--micro-batch",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description =
                    "sequences that a thread takes through the models at once; fewer take less memory (default: 2)",
            defaultValue = "2")
    private int microBatch;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "256",
            converter = Values.AtLeastOne.class,
            description = "tokens of a sequence (default: ${DEFAULT-VALUE})")
    private int length;

    @Option(
            names = "--packing",
            paramLabel = "HOW",
            defaultValue = "packed",
            converter = Values.OfPacking.class,
            description = {
                "packed: documents one after the other, read as one text (default)",
                "bounded: the same, but none reads another, and no token is predicted across",
                "padded: each in sequences of its own, the last one padded"
            })
    private Packing packing;

    @Option(names = "--learning-rate", paramLabel = "R", defaultValue = "3e-4", description = "(default: 3e-4)")
    private double learningRate;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "0",
            description = "steps until the learning rate is reached; it falls to a tenth by a cosine (default: 0)")
    private long warmUp;

    @Option(
            names = "--decay",
            paramLabel = "D",
            defaultValue = "0",
            description = "weight decay of matrices (default: 0)")
    private double decay;

    @Option(
            names = "--clip",
            paramLabel = "C",
            defaultValue = "1",
            description = "largest norm of a step's gradient (default: ${DEFAULT-VALUE})")
    private double clip;

    @Option(
            names = "--validate-every",
            paramLabel = "N",
            defaultValue = "20",
            description = "steps between looks at held-out text (default: ${DEFAULT-VALUE})")
    private long validateEvery;

    @Option(
            names = "--held-out",
            paramLabel = "F",
            defaultValue = "0.1",
            description = "part of each text's end that is never trained on (default: ${DEFAULT-VALUE})")
    private double heldOut;

    @Option(
            names = "--held-out-sequences",
            paramLabel = "N",
            defaultValue = "16",
            description = "sequences that each look reads at most (default: ${DEFAULT-VALUE})")
    private int heldOutSequences;

    @Option(
            names = "--patience",
            paramLabel = "N",
            defaultValue = "0",
            description = "stop after that many looks without a better one (default: 0, never)")
    private int patience;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "order of the text (default: 0)")
    private long seed;

    TrainingSettings settings() {
        TrainingSettings settings = new TrainingSettings(
                TrainingSettings.stepsFor(tokens, batch, length),
                batch,
                microBatch,
                length,
                packing,
                learningRate,
                warmUp,
                decay,
                clip,
                validateEvery,
                heldOut,
                heldOutSequences,
                patience,
                seed);
        try {
            settings.check();
        } catch (ForetokenException e) {
            throw new ParameterException(command.commandLine(), e.sentence(), e);
        }
        return settings;
    }
}
