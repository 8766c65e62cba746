package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Source;
import org.foretoken.workbench.EditLayerMap;
import org.foretoken.workbench.LayerMapSheet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "map",
        description = {
            "Show or change which auxiliary layer feeds each base layer.",
            "A changed map is fitted from the statistics that 'calibrate' left: no text is read, no model runs."
        },
        footer = {
            "",
            "Examples:",
            "  foretoken map --setup setups/half --curve",
            "  foretoken map --setup setups/half --auto monotone --depth 8",
            "  foretoken map --setup setups/half --set 0,0,1,1",
        })
final class MapCommand implements Callable<Integer> {
    /** Whether a base layer may be fed from below the layer that feeds the one before it. */
    enum Auto {
        monotone,
        free
    }

    private static final class Change {
        @Option(
                names = "--set",
                required = true,
                paramLabel = "0,0,1,1",
                converter = Values.OfIntegers.class,
                description = "this map: the auxiliary layer for each base layer")
        private Values.@Nullable Integers set;

        @Option(
                names = "--preset",
                required = true,
                paramLabel = "NAME",
                description =
                        "a ready-made map: kvp-c, kvp-lp (the paper's), uniform, first-heavy, last-heavy, identity")
        private @Nullable String preset;

        @Option(
                names = "--auto",
                required = true,
                paramLabel = "KIND",
                description = "the map of least error on held-out text: monotone or free")
        private @Nullable Auto auto;
    }

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path folder;

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Change change;

    @Option(
            names = "--depth",
            paramLabel = "M",
            converter = Values.AtLeastOne.class,
            description = "with --auto: use at most the first M auxiliary layers")
    private @Nullable Integer depth;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            converter = Values.OfSource.class,
            description = "what the predictor reads: kv, joint or hidden (default: the setup's)")
    private @Nullable Source source;

    @Option(
            names = "--tail",
            paramLabel = "W",
            converter = Values.AtLeastOne.class,
            description = "prompt tokens that the base reads itself (default: the setup's)")
    private @Nullable Integer tail;

    @Option(names = "--dry-run", description = "say what the map would cost, change nothing")
    private boolean dryRun;

    @Option(
            names = "--curve",
            description = "error against executed FLOPs for the best map of each depth, for every source with prices")
    private boolean curve;

    @Option(names = "--json", description = "print one JSON object, with the price of every link")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Spec
    private CommandSpec command;

    private final Session session;

    MapCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        if (depth != null && (change == null || change.auto == null)) {
            throw new ParameterException(command.commandLine(), "--depth needs --auto: no other map is searched for.");
        }
        LayerMapSheet sheet = session.run(
                "Reading the setup", engine, (workbench, progress) -> new EditLayerMap(workbench).open(folder));
        Source reads = source == null ? sheet.setup().source() : source;
        int reading = tail == null ? sheet.setup().tail() : tail;
        List<Integer> links = change == null ? sheet.setup().layerMap() : links(sheet, reads, change);
        if ((change != null || source != null || tail != null) && !dryRun) {
            LayerMapSheet before = sheet;
            sheet = session.run(
                    "Fitting the maps",
                    engine,
                    (workbench, progress) -> new EditLayerMap(workbench).save(before, links, reads, reading));
        }
        if (json) {
            Json.print(session.terminal(), json(sheet, links, reads, reading));
        } else {
            print(session.terminal().out(), sheet, links, reads, reading);
        }
        return 0;
    }

    private List<Integer> links(LayerMapSheet sheet, Source reads, Change wanted) throws ForetokenException {
        if (wanted.set != null) {
            List<Integer> links = wanted.set.list();
            new LayerMap(links).check(sheet.baseLayers(), sheet.auxiliaryLayers()); // a dry run asks nobody else
            return links;
        }
        if (wanted.preset != null) {
            String name = wanted.preset.toLowerCase(Locale.ROOT);
            Map<String, List<Integer>> presets = sheet.presets();
            return presets.entrySet().stream()
                    .filter(preset -> !name.isBlank()
                            && preset.getKey().toLowerCase(Locale.ROOT).contains(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new ForetokenException("There is no map '" + name
                            + "' for this setup: choose of " + String.join(", ", presets.keySet()) + "."));
        }
        int most = depth == null ? sheet.auxiliaryLayers() : depth;
        return sheet.auto(reads, wanted.auto == Auto.monotone, most)
                .orElseThrow(() -> new ForetokenException("The links have no prices for source " + reads.label()
                        + " yet: run 'foretoken calibrate --setup " + folder + " --source " + reads.label()
                        + "' first."));
    }

    private void print(PrintStream out, LayerMapSheet sheet, List<Integer> links, Source reads, int reading) {
        LayerMapSheet.Cost cost = sheet.cost(links, reads, reading);
        out.println("layer map   " + Units.list(links));
        out.println("source      " + reads.label() + ", tail " + reading);
        out.println("cost        " + Units.three(cost.flopsGain()) + " times fewer executed FLOPs at "
                + LayerMapSheet.PROMPT_TOKENS + " tokens; " + cost.auxiliaryLayers() + " auxiliary layers run, "
                + cost.skippedLayers() + " are skipped");
        Optional<LayerMapSheet.MapError> error = sheet.error(links, reads);
        out.println("error       "
                + error.map(e -> "keys " + Units.three(e.keys()) + ", values " + Units.three(e.values())
                                + ", mean over all base layers, on held-out text")
                        .orElse("no statistics of these links yet; next: foretoken calibrate --setup " + folder));
        if (curve) {
            out.println();
            out.println("source   depth  FLOPs gain  key error  value error");
            for (LayerMapSheet.Point point : sheet.curve(true, reading)) {
                out.printf(
                        Locale.ROOT,
                        "%-8s %5d  %10.2f  %9.3f  %11.3f%n",
                        point.source().label(),
                        point.depth(),
                        point.flopsGain(),
                        point.error().keys(),
                        point.error().values());
            }
        }
    }

    private static ObjectNode json(LayerMapSheet sheet, List<Integer> links, Source reads, int reading) {
        LayerMapSheet.Cost cost = sheet.cost(links, reads, reading);
        ObjectNode json = Json.object()
                .put("setup", sheet.setup().folder().toString())
                .put("source", reads.label())
                .put("tail", reading)
                .put("flops_gain", cost.flopsGain())
                .put("auxiliary_layers_run", cost.auxiliaryLayers());
        json.set("layer_map", Json.integers(links));
        sheet.error(links, reads)
                .ifPresent(error -> json.put("key_error", error.keys()).put("value_error", error.values()));
        sheet.prices(reads).ifPresent(prices -> json.set("prices", json(prices)));
        ArrayNode curve = json.putArray("curve");
        for (LayerMapSheet.Point point : sheet.curve(true, reading)) {
            ObjectNode node = curve.addObject()
                    .put("source", point.source().label())
                    .put("depth", point.depth())
                    .put("flops_gain", point.flopsGain())
                    .put("key_error", point.error().keys())
                    .put("value_error", point.error().values());
            node.set("layer_map", Json.integers(point.links()));
        }
        return json;
    }

    private static ObjectNode json(LinkPrices prices) {
        ObjectNode json = Json.object()
                .put("tokens", prices.tokens())
                .put("held_out", prices.heldOut())
                .put("lambda", prices.lambda());
        rows(json.putArray("keys"), prices.keys());
        rows(json.putArray("values"), prices.values());
        return json;
    }

    private static void rows(ArrayNode rows, List<List<Double>> matrix) {
        for (List<Double> prices : matrix) {
            ArrayNode row = rows.addArray();
            prices.forEach(price -> row.add(Double.isNaN(price) ? null : price));
        }
    }
}
