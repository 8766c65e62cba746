package org.foretoken.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.train.TrainingSettings;
import org.foretoken.workbench.Pretrain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pretrain",
        description =
                "Train a small Llama on plain text; the same command again goes on after an interruption. How the sample models were made.",
        footer = {
            "",
            "Example: foretoken pretrain --out tiny --tokenizer sample-models/tokenizer --text sample-models/data/train.txt.gz",
            "  --layers 4 --width 128 --heads 4 --kv-heads 2 --ffn 344 --learning-rate 2e-3 --tokens 1000000"
        })
final class PretrainCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the model's folder")
    private Path out;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FOLDER",
            description = "a folder with a tokenizer.json")
    private Path tokenizer;

    @ArgGroup(exclusive = false, multiplicity = "1..*", heading = TextOptions.HEADING_NEEDED)
    private List<TextOptions> text = new ArrayList<>();

    @Option(names = "--layers", required = true, paramLabel = "N", converter = Values.AtLeastOne.class)
    private int layers;

    @Option(names = "--width", required = true, paramLabel = "N", converter = Values.AtLeastOne.class)
    private int width;

    @Option(names = "--heads", required = true, paramLabel = "N", converter = Values.AtLeastOne.class)
    private int heads;

    @Option(
            names = "--kv-heads",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "key and value heads (default: as many as --heads)")
    private @Nullable Integer kvHeads;

    @Option(
            names = "--head-dim",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "width of a head (default: --width / --heads)")
    private @Nullable Integer headDim;

    @Option(
            names = "--ffn",
            required = true,
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "width of the feed-forward")
    private int ffnDim;

    @Option(
            names = "--context",
            paramLabel = "N",
            defaultValue = "1024",
            converter = Values.AtLeastOne.class,
            description = "most positions (default: ${DEFAULT-VALUE})")
    private int context;

    @Mixin
    private TrainingOptions training;

    @Option(names = "--json", description = "print one JSON object, with all points of the curves")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    PretrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        TrainingSettings settings = training.settings();
        Pretrain.Shape shape = new Pretrain.Shape(
                layers,
                width,
                heads,
                kvHeads == null ? heads : kvHeads,
                headDim == null ? width / heads : headDim,
                ffnDim,
                context);
        Pretrain.Request request = new Pretrain.Request(out, tokenizer, shape, TextOptions.parts(text), settings);
        Pretrain.Result result = session.run(
                "Training",
                engine,
                (workbench, progress) -> new Pretrain(workbench)
                        .run(
                                request,
                                point ->
                                        TrainingText.modelPoint(point, settings).ifPresent(session.line()::say),
                                progress));
        if (json) {
            Json.print(session.terminal(), TrainingText.json(result));
        } else {
            TrainingText.result(result).forEach(session.terminal().out()::println);
        }
        return 0;
    }
}
