package org.foretoken.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.InspectModel;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.PruneLayers.Keep;
import org.foretoken.workbench.RankLayers;
import org.foretoken.workbench.RankLayers.Ranking;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.TextStart;
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
            "  foretoken prune --base models/smollm2 --layers 20 --importance --text wiki.txt --out setups/main",
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
        private @Nullable Double fraction;

        @Option(
                names = "--layers",
                required = true,
                paramLabel = "N",
                converter = Values.AtLeastOne.class,
                description = "with --importance: keep N layers")
        private @Nullable Integer count;

        /** How many of that many layers stay, whichever they are. */
        int count(int of) {
            return count != null ? count : evenly(of).layers().size();
        }

        Keep of(int layers) {
            if (first != null) {
                return Keep.first(first);
            }
            return keep != null ? new Keep(keep.list()) : evenly(layers);
        }

        private Keep evenly(int layers) {
            return Keep.fraction(Objects.requireNonNull(fraction), layers);
        }
    }

    /** A setup and why these layers are in it. */
    private record Pruned(SetupSummary setup, @Nullable Ranking ranking) {}

    @Spec
    private CommandSpec command;

    @Option(names = "--base", required = true, paramLabel = "MODEL", description = "a Hugging Face folder or GGUF file")
    private Path base;

    @ArgGroup(multiplicity = "1")
    private Layers layers;

    @Option(
            names = "--importance",
            description = "drop the layers without which the base's next token changes least on a text, instead of"
                    + " evenly spread ones")
    private boolean importance;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description =
                    "with --importance: text like the prompts to come, a plain text file, a .jsonl or .json file of records, or a"
                            + " folder of them (default: a text that comes with the program)")
    private Optional<Path> text;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "with --importance: tokens of the text to read at most (default: " + RankLayers.TOKENS + ")")
    private Optional<Integer> tokens;

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
        check();
        TextStart read = text.isPresent() ? TextStart.of(text.get()) : TextStart.builtIn();
        Pruned pruned = session.run("Pruning " + base, engine, (workbench, progress) -> {
            int all = new InspectModel(workbench).run(base).config().layers().size();
            if (!importance) {
                return new Pruned(new PruneLayers(workbench).run(base, layers.of(all), out), null);
            }
            int kept = layers.count(all);
            if (kept > all) {
                throw new ForetokenException("There are " + all + " layers, so " + kept
                        + " can't be kept: --layers is from 1 to " + all + ".");
            }
            Ranking ranking = new RankLayers(workbench).run(base, read, tokens.orElse(RankLayers.TOKENS), progress);
            return new Pruned(new PruneLayers(workbench).run(base, ranking.keep(kept), out), ranking);
        });
        PrintStream lines = session.terminal().out();
        if (pruned.ranking() != null) {
            SetupText.ranking(pruned.ranking(), pruned.setup()).forEach(lines::println);
        }
        SetupText.lines(pruned.setup()).forEach(lines::println);
        return 0;
    }

    private void check() {
        Double fraction = layers.fraction;
        if (fraction != null && !(fraction > 0 && fraction <= 1)) {
            throw wrong("--fraction is above 0 and at most 1.");
        }
        if (importance && (layers.first != null || layers.keep != null)) {
            throw wrong("--importance chooses the layers itself: say how many to keep by --fraction or --layers.");
        }
        String needs = text.isPresent() ? "--text" : tokens.isPresent() ? "--tokens" : "";
        needs = layers.count != null ? "--layers" : needs;
        if (!importance && !needs.isEmpty()) {
            throw wrong(needs + " needs --importance: other ways read no text and say themselves what is kept.");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }
}
