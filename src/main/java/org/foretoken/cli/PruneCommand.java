package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.InspectModel;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.PruneLayers.Keep;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Workbench;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "prune",
        description = "Make a setup whose auxiliary is the base without some of its layers, sharing its weights.",
        footer = {
            "",
            "Examples:",
            "  foretoken prune --base models/smollm2 --first 15 --out setups/early",
            "  foretoken prune --base models/smollm2 --fraction 0.5 --out setups/half",
        })
final class PruneCommand implements Callable<Integer> {
    private static final class Layers {
        @Option(
                names = "--first",
                required = true,
                paramLabel = "N",
                converter = Values.AtLeastOne.class,
                description = "keep the first N layers; their keys and values are the base's own")
        private @Nullable Integer first;

        @Option(
                names = "--keep",
                required = true,
                paramLabel = "0,2,4",
                converter = Values.OfIntegers.class,
                description = "keep these layers")
        private Values.@Nullable Integers keep;

        @Option(
                names = "--fraction",
                required = true,
                paramLabel = "F",
                description = "keep this share, evenly spread: 0.5 keeps 0, 2, 4, ...; 0.75 drops 3, 7, 11, ...")
        private double fraction;

        Keep of(Workbench workbench, Path base) throws ForetokenException {
            if (first != null) {
                return Keep.first(first);
            }
            if (keep != null) {
                return new Keep(keep.list());
            }
            int layers = new InspectModel(workbench).run(base).config().layers().size();
            return Keep.fraction(fraction, layers);
        }
    }

    @Spec
    private CommandSpec command;

    @Option(names = "--base", required = true, paramLabel = "MODEL", description = "a Hugging Face folder or GGUF file")
    private Path base;

    @ArgGroup(multiplicity = "1")
    private Layers layers;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the setup's folder, made by this")
    private Path out;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    PruneCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        if (layers.first == null && layers.keep == null && !(layers.fraction > 0 && layers.fraction <= 1)) {
            throw new ParameterException(command.commandLine(), "--fraction is above 0 and at most 1.");
        }
        SetupSummary setup = session.run(
                "Pruning " + base,
                engine,
                (workbench, progress) -> new PruneLayers(workbench).run(base, layers.of(workbench, base), out));
        SetupText.lines(setup).forEach(session.terminal().out()::println);
        return 0;
    }
}
