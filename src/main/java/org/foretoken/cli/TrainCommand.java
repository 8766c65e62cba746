package org.foretoken.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.train.LossWeights;
import org.foretoken.train.TrainingSettings;
import org.foretoken.workbench.Train;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = {
            "Train a setup's predictor by gradients through the frozen base; the same command again goes on after an interruption.",
            "The trained setup is one of its own, with the weights of the best validation."
        },
        footer = {
            "",
            "Example: foretoken train --setup setups/early --out setups/early-trained --text wiki.txt --tokens 200000",
        })
final class TrainCommand implements Callable<Integer> {
    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup to begin with")
    private Path setup;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "the trained setup (default: the setup's folder with -trained at the end)")
    private @Nullable Path out;

    @ArgGroup(exclusive = false, multiplicity = "1..*", heading = TextOptions.HEADING_NEEDED)
    private List<TextOptions> text = new ArrayList<>();

    @Option(
            names = "--aim",
            paramLabel = "AIM",
            defaultValue = "distill",
            converter = OfAim.class,
            description = "what to go down: distill, KL(base || predicted) at every position; paper, its cross-entropy"
                    + " with z-loss and the L1 errors of keys and values (default: distill)")
    private Train.Aim aim;

    @Option(
            names = "--train",
            paramLabel = "PART",
            defaultValue = "predictor",
            converter = OfPart.class,
            description = {
                "what changes: predictor; low-rank, updates of the auxiliary's matrices as well; auxiliary, all its weights",
                "(default: predictor)"
            })
    private Train.Part part;

    @Option(
            names = "--rank",
            paramLabel = "R",
            defaultValue = "16",
            converter = Values.AtLeastOne.class,
            description = "rank of --train low-rank (default: ${DEFAULT-VALUE})")
    private int rank;

    @Option(
            names = "--kv-weight",
            paramLabel = "W",
            description = "weight of the L1 errors, summed over layers (default: 0, with --aim paper 1/layers)")
    private @Nullable Double kvWeight;

    @Option(
            names = "--ce-weight",
            paramLabel = "W",
            description =
                    "weight of the base's cross-entropy through the predicted cache (default: 0, with --aim paper 1)")
    private @Nullable Double ceWeight;

    @Option(names = "--scratch", description = "begin with maps at random, as CoreNet does")
    private boolean scratch;

    @Mixin
    private TrainingOptions training;

    @Option(names = "--json", description = "print one JSON object, with all points of the curves")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Spec
    private CommandSpec command;

    private final Session session;

    /** {@code low-rank} and the like on the command line. */
    static final class OfPart implements ITypeConverter<Train.Part> {
        @Override
        public Train.Part convert(String text) {
            return Values.constant(Train.Part.class, text);
        }
    }

    static final class OfAim implements ITypeConverter<Train.Aim> {
        @Override
        public Train.Aim convert(String text) {
            return Values.constant(Train.Aim.class, text);
        }
    }

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        if (command.commandLine().getParseResult().hasMatchedOption("--rank") && part != Train.Part.LOW_RANK) {
            throw new ParameterException(command.commandLine(), "--rank needs --train low-rank.");
        }
        check("--kv-weight", kvWeight);
        check("--ce-weight", ceWeight);
        Path named = setup.toAbsolutePath().normalize(); // '.' is no name
        Path folder = out == null ? named.resolveSibling(named.getFileName() + "-trained") : out;
        TrainingSettings settings = training.settings();
        Train.Request request = new Train.Request(
                setup, folder, TextOptions.parts(text), aim, part, rank, kvWeight, ceWeight, scratch, settings);
        Train.Result result = session.run(
                "Training",
                engine,
                (workbench, progress) -> new Train(workbench)
                        .run(
                                request,
                                point -> TrainingText.point(point, settings).ifPresent(session.line()::say),
                                progress));
        if (json) {
            Json.print(session.terminal(), TrainingText.json(result));
        } else {
            TrainingText.result(result).forEach(session.terminal().out()::println);
        }
        return 0;
    }

    private void check(String option, @Nullable Double weight) {
        if (weight != null && !LossWeights.isWeight(weight)) {
            throw new ParameterException(command.commandLine(), option + " is a number from 0 to 1e9.");
        }
    }
}
