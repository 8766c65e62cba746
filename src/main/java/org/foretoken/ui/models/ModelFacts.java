package org.foretoken.ui.models;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.ui.fx.FactGrid.Fact;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.shell.SetupWords;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;

/** Models and setups as rows of facts. */
final class ModelFacts {
    private ModelFacts() {}

    static List<Fact> of(ModelSummary model) {
        DecoderConfig config = model.config();
        List<LayerShape> layers = config.layers();
        ModelSummary.MemoryNeed memory = model.memory();
        List<Fact> facts = new ArrayList<>();
        facts.add(
                new Fact("Layers", Numbers.count(layers.size()) + ", residual width " + Numbers.count(config.width())));
        facts.add(new Fact(
                "Attention",
                range(layers, LayerShape::heads) + " query heads, " + range(layers, LayerShape::kvHeads)
                        + " key/value heads of width " + range(layers, LayerShape::headDim)));
        facts.add(new Fact("Feed-forward", "width " + range(layers, LayerShape::ffnDim)));
        facts.add(new Fact(
                "Parameters",
                Numbers.large(config.parameters()) + ", of which "
                        + Numbers.large(config.parameters() - layerParameters(config)) + " in the embedding"
                        + (config.tiedEmbeddings() ? "" : " and the output head")));
        facts.add(new Fact("Stored", model.dtype() + ", " + Numbers.bytes(model.fileBytes())));
        facts.add(new Fact(
                "Tokenizer",
                model.tokenizer().orElse("none: prompts are given as token ids, on the command line")
                        + (model.chatTemplate() ? ", chat template" : "")));
        facts.add(new Fact("Context", Numbers.count(config.contextLength(), "token")));
        facts.add(new Fact(
                "Memory it needs",
                Numbers.bytes(memory.weights()) + " of weights (" + memory.kernel()
                        + (memory.chosen() ? ")" : "; " + ModelSummary.MemoryNeed.UNSURE + ")") + " and "
                        + Numbers.bytes(1000 * memory.cachePerToken()) + " of cache for every 1,000 tokens"));
        return facts;
    }

    static List<Fact> of(SetupSummary setup) {
        int layers = setup.layerMap().size();
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Base", setup.baseName() + ", " + Numbers.count(layers, "layer")),
                new Fact("Auxiliary", auxiliary(setup)),
                new Fact("Exact layers", exact(setup.sharedLayers(), layers)),
                new Fact("Layer map", SetupWords.layerMap(setup.layerMap())),
                new Fact("Source", setup.source().label()),
                new Fact("Tail", Numbers.count(setup.tail(), "token")),
                new Fact("State", SetupWords.state(setup))));
        setup.made().ifPresent(made -> origin(made, facts));
        facts.add(new Fact("FLOPs gain", Numbers.ratio(setup.flopsGain()) + " executed, for a prompt of 512 tokens"));
        facts.add(new Fact("Folder", setup.folder().toString()));
        return facts;
    }

    private static void origin(SetupFile.Origin made, List<Fact> facts) {
        facts.add(new Fact("Predictor", made.words()));
        if (made.from() != null) {
            facts.add(new Fact("Began with", made.from().words()));
        }
        if (made.program() != null) {
            facts.add(new Fact(
                    "Made by",
                    "Foretoken " + made.program() + (made.kernel() == null ? "" : ", kernel " + made.kernel())));
        }
    }

    /** Parameters of all layers, without embedding, head and last norm. */
    static long layerParameters(DecoderConfig config) {
        return IntStream.range(0, config.layers().size())
                .mapToLong(config::parameters)
                .sum();
    }

    /** The share of the layers' parameters that some of them hold. */
    static double share(DecoderConfig config, List<Integer> layers) {
        return (double) layers.stream().mapToLong(config::parameters).sum() / layerParameters(config);
    }

    private static String auxiliary(SetupSummary setup) {
        return setup.selectLayers()
                .map(layers -> SetupWords.layers(layers) + " of the base, sharing its weights")
                .orElse(setup.auxiliaryName());
    }

    private static String exact(int shared, int layers) {
        return shared == 0
                ? "none, all keys and values are predicted"
                : Numbers.count(shared) + " of " + layers + ", whose keys and values the auxiliary computes itself";
    }

    private static String range(List<LayerShape> layers, ToIntFunction<LayerShape> width) {
        int min = layers.stream().mapToInt(width).min().orElse(0);
        int max = layers.stream().mapToInt(width).max().orElse(0);
        return min == max ? Numbers.count(min) : Numbers.count(min) + "–" + Numbers.count(max);
    }
}
