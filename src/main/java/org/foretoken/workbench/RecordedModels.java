package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.family.StoredModel;
import org.foretoken.runs.RunRecord;
import org.jspecify.annotations.Nullable;

/**
 * A base, and perhaps a setup of it, as run records name and describe them. Made from files' headers: no weights need be in memory.
 *
 * @param setup null for a model alone
 */
record RecordedModels(
        RunRecord.Model base,
        DecoderConfig config,
        @Nullable OfSetup setup) {
    /**
     * What a setup adds to its base.
     *
     * @param auxiliary null where it is a part of the base
     * @param predictor hash of its weights; null where there are none
     */
    record OfSetup(
            String name,
            Path folder,
            SetupFile file,
            RunRecord.@Nullable Model auxiliary,
            @Nullable String predictor,
            Flops.Prediction prediction) {}

    /** Those of a setup's folder, or of a model. */
    static RecordedModels at(Path path) throws ForetokenException {
        if (SetupFile.isIn(path)) {
            return of(path, String.valueOf(path.toAbsolutePath().normalize().getFileName()));
        }
        try (StoredModel model = StoredModel.open(path)) {
            return new RecordedModels(model(model), model.config(), null);
        }
    }

    /** Those of a setup. */
    static RecordedModels of(Path folder, String name) throws ForetokenException {
        SetupFile file = SetupFile.read(folder);
        try (StoredModel base = StoredModel.open(Path.of(file.base().path()))) {
            Flops.Prediction prediction = Setup.prediction(
                    base.config(),
                    OpenSetup.auxiliaryConfig(file, base.config(), folder),
                    new LayerMap(file.layerMap()),
                    Setup.commonLayers(file.selectLayers()),
                    Source.of(file.source()),
                    file.tail());
            return new RecordedModels(
                    model(base),
                    base.config(),
                    new OfSetup(
                            name,
                            folder.toAbsolutePath().normalize(),
                            file,
                            auxiliary(file),
                            predictorHash(folder),
                            prediction));
        }
    }

    /** A model with its hash. */
    static RunRecord.Model model(StoredModel stored) throws ForetokenException {
        return new RunRecord.Model(
                InspectModel.name(stored),
                stored.path().toAbsolutePath().normalize().toString(),
                stored.checkpoint().weights().hash());
    }

    private static RunRecord.@Nullable Model auxiliary(SetupFile file) throws ForetokenException {
        SetupFile.ModelReference reference = file.auxiliary();
        if (reference == null) {
            return null;
        }
        try (StoredModel stored = StoredModel.open(Path.of(reference.path()))) {
            return model(stored);
        }
    }

    static @Nullable String predictorHash(Path setup) throws ForetokenException {
        Path file = SetupFile.predictorIn(setup);
        if (!Files.exists(file)) {
            return null;
        }
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            return weights.weights().hash();
        }
    }

    /** The tail that the setup itself names; 0 without one. */
    int ownTail() {
        return setup == null ? 0 : setup.file().tail();
    }

    /**
     * An arm that is measured by these models. What it doesn't depend on is null.
     *
     * @param tail prompt tokens that the base reads itself; 0 for the setup's own
     */
    RunRecord.Subject subject(Arm arm, int tail) {
        if (!arm.needsSetup()) {
            return RunRecord.Subject.alone(arm, base);
        }
        OfSetup of = Objects.requireNonNull(setup);
        boolean predicts = arm.predicts();
        return new RunRecord.Subject(
                arm.key(),
                of.name(),
                of.folder().toString(),
                base,
                of.auxiliary(),
                of.file().selectLayers(),
                predicts ? of.file().layerMap() : null,
                predicts ? of.file().source() : null,
                predicts ? of.predictor() : null,
                predicts ? (tail > 0 ? tail : ownTail()) : null,
                predicts ? of.file().predictor() : null);
    }

    /** What that arm's FLOPs are counted from. */
    RunRecord.Shapes shapes(Arm arm) {
        if (!arm.needsSetup()) {
            return new RunRecord.Shapes(config, null, null, null);
        }
        Flops.Prediction prediction = Objects.requireNonNull(setup).prediction();
        return arm.predicts()
                ? new RunRecord.Shapes(
                        config, prediction.auxiliary(), prediction.inputWidths(), prediction.readsHidden())
                : new RunRecord.Shapes(config, prediction.auxiliary(), null, null);
    }
}
