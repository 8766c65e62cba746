package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.calibrate.PricesFile;
import org.foretoken.calibrate.StatisticsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;

/** The layer map of a setup: opened for an editor, and saved with maps fitted for it. */
public final class EditLayerMap {
    private final Workbench workbench;

    public EditLayerMap(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads shapes and prices. Any thread but the FX thread. */
    public LayerMapSheet open(Path folder) throws ForetokenException {
        SetupFile file = SetupFile.read(folder);
        try (StoredModel stored = StoredModel.open(Path.of(file.base().path()))) {
            DecoderConfig base = stored.config();
            DecoderConfig auxiliary = OpenSetup.auxiliaryConfig(file, base, folder);
            return new LayerMapSheet(
                    OpenSetup.summary(folder, file, base, auxiliary),
                    base,
                    auxiliary,
                    PricesFile.read(
                            folder, base.layers().size(), auxiliary.layers().size()));
        }
    }

    /**
     * Fits the maps of a layer map from the statistics kept beside the setup, without reading text or running a model, and writes map and predictor.
     * Engine thread.
     *
     * @return the sheet of the setup as it is then
     * @throws ForetokenException when the map doesn't fit the models, or a link has no statistics for that source
     */
    public LayerMapSheet save(LayerMapSheet sheet, List<Integer> links, Source source, int tail)
            throws ForetokenException {
        Path folder = sheet.setup().folder();
        SetupFile file = SetupFile.read(folder);
        LayerMap map = new LayerMap(links);
        map.check(sheet.baseLayers(), sheet.auxiliaryLayers());
        if (tail < 1) {
            throw new ForetokenException("The base reads at least the last token itself: set the tail to 1 or more.");
        }
        workbench.models().start();
        workbench.models().release(folder);
        LinkPrices prices = sheet.prices(source).orElse(null);
        if (prices == null) {
            throw new ForetokenException("The links have no statistics for source " + source.label()
                    + " yet: calibrate with that source first.");
        }
        SetupFile.Origin before = file.predictor();
        try (Inference mode = Inference.begin();
                StatisticsFile statistics = sheet.statistics(source)) {
            SetupFile.Origin origin = new SetupFile.Origin(
                    "calibrated", statistics.tokens(), before == null ? List.of() : before.text(), prices.lambda());
            List<Integer> predicted = sheet.predictedLayers(map);
            boolean sameFit = origin.equals(before) && source.label().equals(file.source());
            List<Integer> kept = predicted.stream()
                    .filter(i -> sameFit && file.layerMap().get(i) == map.of(i))
                    .toList();
            List<Integer> changed =
                    predicted.stream().filter(i -> !kept.contains(i)).toList();
            try (PredictorWeights weights = statistics.fit(map, changed, prices.lambda());
                    PredictorWeights others = sheet.readPredictor(map, source, kept)) {
                weights.putAll(others);
                weights.write(SetupFile.predictorIn(folder), source);
            }
            SetupFile edited = file.with(links, source, tail, origin);
            edited.write(folder);
            return sheet.with(folder, edited);
        }
    }
}
