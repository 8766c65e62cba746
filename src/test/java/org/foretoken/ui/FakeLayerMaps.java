package org.foretoken.ui;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.SetupSummary;

/** Sheets for the layer map's editor with made-up prices: cheapest between layers of equal depth, dearer the deeper. */
public final class FakeLayerMaps {
    private FakeLayerMaps() {}

    /** The sheet of a setup of SmolLM2, priced for those sources. */
    public static LayerMapSheet sheet(SetupSummary setup, Source... priced) {
        DecoderConfig base = FakeModels.smol().config();
        return sheet(setup, base, base.select(setup.selectLayers().orElseThrow()), priced);
    }

    /** A setup with another layer map. */
    static SetupSummary saved(SetupSummary s, List<Integer> links, Source source, int tail) {
        return new SetupSummary(
                s.name(),
                s.folder(),
                s.base(),
                s.baseName(),
                s.auxiliary(),
                s.auxiliaryName(),
                s.selectLayers(),
                links,
                s.sharedLayers(),
                source,
                tail,
                s.made(),
                s.hasPredictor(),
                s.flopsGain(),
                s.predictorStamp());
    }

    /** The sheet of any setup. */
    public static LayerMapSheet sheet(
            SetupSummary setup, DecoderConfig base, DecoderConfig auxiliary, Source... priced) {
        Map<Source, LinkPrices> prices = new EnumMap<>(Source.class);
        List<Integer> kept = setup.selectLayers().orElse(List.of());
        for (Source source : priced) {
            prices.put(
                    source,
                    new LinkPrices(
                            source,
                            7168,
                            1024,
                            0.01,
                            matrix(base.layers().size(), auxiliary.layers().size(), kept, 0.9, source),
                            matrix(base.layers().size(), auxiliary.layers().size(), kept, 1.1, source)));
        }
        return new LayerMapSheet(setup, base, auxiliary, prices);
    }

    private static List<List<Double>> matrix(
            int baseLayers, int auxiliaryLayers, List<Integer> kept, double factor, Source source) {
        List<List<Double>> rows = new ArrayList<>();
        for (int b = 0; b < baseLayers; b++) {
            List<Double> row = new ArrayList<>();
            for (int a = 0; a < auxiliaryLayers; a++) {
                double depth = !kept.isEmpty() ? kept.get(a) : (a + 0.5) * baseLayers / auxiliaryLayers - 0.5;
                double away = Math.abs(b - depth) / baseLayers;
                double price = (0.12 + 0.25 * b / baseLayers + 0.9 * away) * (source == Source.KV ? 1.2 : 1);
                row.add(a == b && kept.indexOf(a) == a ? 0 : Math.min(1.3, price * factor));
            }
            rows.add(row);
        }
        return rows;
    }

    /** A setup of two models of so many layers. */
    public static SetupSummary pair(Path folder, DecoderConfig base, DecoderConfig auxiliary) {
        return new SetupSummary(
                "pair-" + auxiliary.layers().size() + "-" + base.layers().size(),
                folder,
                FakeModels.SMOL,
                "OpenELM-1.1B",
                Optional.of(FakeModels.ELM),
                "OpenELM-270M",
                Optional.empty(),
                LayerMap.spread(base.layers().size(), auxiliary.layers().size()).links(),
                0,
                Source.HIDDEN,
                1,
                Optional.of(SetupFile.Origin.calibrated(8192, List.of("wiki.txt"), 0.01, "f32")),
                true,
                3.1,
                "");
    }
}
