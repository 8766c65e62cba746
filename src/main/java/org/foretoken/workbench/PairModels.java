package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.family.StoredModel;

/** Makes a setup of two models. */
public final class PairModels {
    private final Workbench workbench;

    public PairModels(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Writes the setup.
     *
     * @param layerMap for each base layer the auxiliary layer that feeds it; empty takes the paper's rule for a smaller model of the family
     * @param predictor CoreNet's checkpoint (safetensors or torch) or our own predictor.safetensors for it, whose maps go into the setup
     * @param out the setup's folder, made by this
     */
    public SetupSummary run(Path base, Path auxiliary, List<Integer> layerMap, Optional<Path> predictor, Path out)
            throws ForetokenException {
        SetupFile.checkNoneIn(out);
        List<String> reasons = new CheckPair(workbench).run(base, auxiliary);
        if (!reasons.isEmpty()) {
            throw new ForetokenException("These models can't make a setup. " + String.join(" ", reasons));
        }
        try (StoredModel storedBase = StoredModel.open(base);
                StoredModel storedAuxiliary = StoredModel.open(auxiliary)) {
            int baseLayers = storedBase.config().layers().size();
            int auxiliaryLayers = storedAuxiliary.config().layers().size();
            LayerMap map = layerMap.isEmpty() ? LayerMap.spread(baseLayers, auxiliaryLayers) : new LayerMap(layerMap);
            map.check(baseLayers, auxiliaryLayers);
            Source source = predictor.isPresent() ? sourceOf(predictor.get()) : Source.KV;
            SetupFile file = new SetupFile(
                    SetupFile.FORMAT,
                    PruneLayers.reference(storedBase),
                    PruneLayers.reference(storedAuxiliary),
                    null,
                    map.links(),
                    source.label(),
                    1,
                    null);
            try (PredictorWeights given = predictor.isEmpty()
                    ? null
                    : PredictorWeights.readAll(
                            predictor.get(), storedBase.config(), storedAuxiliary.config(), map, source)) {
                SetupFile.Origin origin = null;
                if (given != null) {
                    // first: a setup without what it was made with would be in the way of another try
                    SetupFile.makeFolder(out);
                    given.write(SetupFile.predictorIn(out), source);
                    origin = SetupFile.Origin.given(List.of(predictor.get().toString()));
                }
                file.with(source, origin).write(out);
            }
        }
        return new OpenSetup(workbench).run(out);
    }

    private static Source sourceOf(Path predictor) throws ForetokenException {
        try (WeightFile file = WeightFile.open(predictor)) {
            return Source.of(file.metadata().getOrDefault("source", Source.KV.label()));
        }
    }
}
