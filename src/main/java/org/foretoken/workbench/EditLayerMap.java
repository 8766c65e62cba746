package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.FittedLinks;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.calibrate.PricesFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;

/** The layer map of a setup: opened for an editor, and saved with maps fitted for it. */
public final class EditLayerMap {
    /**
     * Maps that are ready to be saved.
     *
     * @param changed links whose maps differ from those on disk
     * @param fitted how many of these were fitted just now, the others being known from before
     * @param milliseconds that it took
     */
    public record Fit(int changed, int fitted, double milliseconds) {}

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
     * Fits those maps of a layer map that differ from the ones on disk, and keeps them in memory for {@link #save}; nothing is written. Links that were
     * fitted before cost nothing. Engine thread.
     *
     * @throws ForetokenException when the map doesn't fit the models, or a link has no statistics for that source
     */
    public Fit fit(LayerMapSheet sheet, List<Integer> links, Source source) throws ForetokenException {
        workbench.models().start();
        long began = System.nanoTime();
        try (Inference mode = Inference.begin()) {
            Plan plan = plan(sheet, links, source);
            int fitted = plan.fits().fit(plan.map(), plan.changed());
            return new Fit(plan.changed().size(), fitted, (System.nanoTime() - began) / 1e6);
        }
    }

    /**
     * Writes a layer map and a predictor for it, fitted from the statistics kept beside the setup as far as {@link #fit} hasn't done it, without reading
     * text or running a model. Engine thread.
     *
     * @return the sheet of the setup as it is then
     * @throws ForetokenException when the map doesn't fit the models, or a link has no statistics for that source
     */
    public LayerMapSheet save(LayerMapSheet sheet, List<Integer> links, Source source, int tail)
            throws ForetokenException {
        if (tail < 1) {
            throw new ForetokenException("The base reads at least the last token itself: set the tail to 1 or more.");
        }
        workbench.models().start();
        Path folder = sheet.setup().folder();
        workbench.models().release(folder);
        try (Inference mode = Inference.begin()) {
            Plan plan = plan(sheet, links, source);
            try (PredictorWeights weights = plan.fits().maps(plan.map(), plan.changed());
                    PredictorWeights others = sheet.readPredictor(plan.map(), source, plan.kept())) {
                weights.putAll(others);
                weights.write(SetupFile.predictorIn(folder), source);
            }
            SetupFile edited = plan.before().with(links, source, tail, plan.origin());
            edited.write(folder);
            return sheet.with(folder, edited);
        }
    }

    /**
     * What an edit comes to.
     *
     * @param before the file on disk
     * @param origin of the predictor to come
     * @param changed base layers whose maps aren't those on disk
     * @param kept base layers whose maps are
     */
    private record Plan(
            LayerMap map,
            SetupFile before,
            FittedLinks fits,
            SetupFile.Origin origin,
            List<Integer> changed,
            List<Integer> kept) {}

    private Plan plan(LayerMapSheet sheet, List<Integer> links, Source source) throws ForetokenException {
        SetupFile file = SetupFile.read(sheet.setup().folder());
        LayerMap map = new LayerMap(links);
        map.check(sheet.baseLayers(), sheet.auxiliaryLayers());
        LinkPrices prices = sheet.prices(source).orElse(null);
        if (prices == null) {
            throw new ForetokenException("The links have no statistics for source " + source.label()
                    + " yet: calibrate with that source first.");
        }
        FittedLinks fits = workbench.linkFits().of(sheet, prices);
        SetupFile.Origin before = file.predictor();
        // the statistics are of the calibration before, whose text and kernel they share
        SetupFile.Origin origin = before == null
                ? SetupFile.Origin.calibrated(fits.tokens(), List.of(), prices.lambda(), null)
                : SetupFile.Origin.calibrated(fits.tokens(), before.text(), prices.lambda(), before.kernel());
        boolean sameFit = origin.equals(before) && source.label().equals(file.source());
        Map<Boolean, List<Integer>> kept = sheet.predictedLayers(map).stream()
                .collect(Collectors.partitioningBy(
                        i -> sameFit && file.layerMap().get(i) == map.of(i)));
        return new Plan(map, file, fits, origin, listed(kept, false), listed(kept, true));
    }

    private static List<Integer> listed(Map<Boolean, List<Integer>> parts, boolean which) {
        return parts.getOrDefault(which, List.of());
    }
}
