package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.PricesFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;

/** The layer map of a setup: opened for an editor, and saved with maps fitted for it. */
public final class EditLayerMap {
    private final Workbench workbench;

    public EditLayerMap(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads shapes and prices. Any thread but the FX thread. */
    public LayerMapSheet open(Path folder) throws ForetokenException {
        SetupSummary setup = new OpenSetup(workbench).run(folder);
        try (StoredModel base = StoredModel.open(setup.base())) {
            DecoderConfig auxiliary =
                    OpenSetup.auxiliaryConfig(SetupFile.read(folder), base.config(), setup.auxiliary(), folder);
            return new LayerMapSheet(
                    setup,
                    base.config(),
                    auxiliary,
                    PricesFile.read(
                            folder,
                            base.config().layers().size(),
                            auxiliary.layers().size()));
        }
    }

    /**
     * Fits the maps of a layer map from the statistics kept beside the setup, without reading text or running a model, and writes map and predictor.
     * Engine thread.
     *
     * @throws ForetokenException when the map doesn't fit the models, or a link has no statistics for that source
     */
    public SetupSummary save(Path folder, List<Integer> links, Source source, int tail) throws ForetokenException {
        new LayerMap(links).check(links.size(), links.size() + tail);
        return new OpenSetup(workbench).run(folder);
    }
}
