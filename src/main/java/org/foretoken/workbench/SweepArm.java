package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.bench.SetupFlops;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.family.StoredModel;
import org.foretoken.runs.RunRecord;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who takes part in a sweep. Made from files' headers: what was measured already needs no weights in memory.
 *
 * @param series what its points belong to: the setup's name, {@code base}, or a baseline such as {@code random}
 * @param setup the folder that it is measured by
 * @param tail prompt tokens that the base reads itself; 0 where nothing is predicted
 * @param subject as its records have it
 */
record SweepArm(String series, Path setup, Arm arm, int tail, RunRecord.Subject subject, RunRecord.Shapes shapes) {
    /** Most positions that every model of the arm reads. */
    int context() {
        DecoderConfig auxiliary = shapes.auxiliary();
        int base = shapes.base().contextLength();
        return auxiliary == null ? base : Math.min(base, auxiliary.contextLength());
    }

    /**
     * All arms: the base, then for each setup KV prediction with each tail, its auxiliary alone and the further ones. What two setups share is measured
     * once.
     *
     * @param tails of KV prediction, empty for each setup's own; a hybrid has that always
     * @param further baselines and hybrids
     * @throws ForetokenException when a setup can't predict, or stands on another base than the first
     */
    static List<SweepArm> of(List<Path> setups, List<Integer> tails, boolean auxiliaries, List<Arm> further)
            throws ForetokenException {
        if (setups.isEmpty()) {
            throw new ForetokenException("There is nothing to compare with the base: name a setup's folder or more.");
        }
        List<SweepArm> all = new ArrayList<>();
        for (Path folder : setups) {
            List<SweepArm> arms = ofSetup(folder, name(folder, setups), tails, auxiliaries, further);
            String base = all.isEmpty() ? null : all.get(0).subject().base().hash();
            if (base != null && !base.equals(arms.get(0).subject().base().hash())) {
                throw new ForetokenException(folder + " stands on another base than " + setups.get(0)
                        + ": sweep setups of one base at a time, for their gains and shares are over it.");
            }
            all.addAll(arms);
        }
        Set<RunRecord.Subject> known = new LinkedHashSet<>();
        return all.stream().filter(arm -> known.add(arm.subject().bare())).toList();
    }

    /** A folder's own name, or all of its path where another folder has the same name. */
    private static String name(Path folder, List<Path> setups) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        long namesakes = setups.stream()
                .map(each -> each.toAbsolutePath().normalize())
                .distinct()
                .filter(each -> String.valueOf(each.getFileName()).equals(String.valueOf(name)))
                .count();
        return namesakes > 1 ? folder.toString() : String.valueOf(name);
    }

    private static List<SweepArm> ofSetup(
            Path folder, String name, List<Integer> tails, boolean auxiliaries, List<Arm> further)
            throws ForetokenException {
        SetupFile file = SetupFile.read(folder);
        try (StoredModel base = StoredModel.open(Path.of(file.base().path()))) {
            DecoderConfig config = base.config();
            DecoderConfig other = OpenSetup.auxiliaryConfig(file, config, folder);
            if (!OpenSetup.summary(folder, file, config, other).hasPredictor()) {
                throw Generate.noPredictor(folder);
            }
            Flops.Prediction prediction = SetupFlops.of(
                    config,
                    other,
                    file.selectLayers(),
                    new LayerMap(file.layerMap()),
                    Source.of(file.source()),
                    file.tail());
            RunRecord.Model baseModel = RunRecords.model(base);
            RunRecord.Model auxiliary = auxiliary(file);
            List<SweepArm> arms = new ArrayList<>();
            arms.add(new SweepArm(
                    Arm.BASE.label(),
                    folder,
                    Arm.BASE,
                    0,
                    RunRecord.Subject.base(baseModel),
                    new RunRecord.Shapes(config, null, null, null)));
            RunRecord.Shapes predicting =
                    new RunRecord.Shapes(config, other, prediction.inputWidths(), prediction.readsHidden());
            for (int tail : tails.isEmpty() ? List.of(file.tail()) : tails) {
                arms.add(new SweepArm(
                        name,
                        folder,
                        Arm.KV_PREDICTION,
                        tail,
                        subject(Arm.KV_PREDICTION, folder, name, file, baseModel, auxiliary, tail),
                        predicting));
            }
            if (auxiliaries) {
                arms.add(new SweepArm(
                        name,
                        folder,
                        Arm.AUXILIARY,
                        0,
                        new RunRecord.Subject(
                                Arm.AUXILIARY.key(),
                                name,
                                folder.toString(),
                                baseModel,
                                auxiliary,
                                file.selectLayers(),
                                null,
                                null,
                                null,
                                null),
                        new RunRecord.Shapes(config, other, null, null)));
            }
            for (Arm arm : further) {
                arm.check(config.layers().size());
                if (arm.needsSetup()) {
                    RunRecord.Subject subject = subject(arm, folder, name, file, baseModel, auxiliary, file.tail());
                    arms.add(new SweepArm(name, folder, arm, file.tail(), subject, predicting));
                } else {
                    arms.add(new SweepArm(
                            arm.key().split(":", -1)[0],
                            folder,
                            arm,
                            0,
                            RunRecord.Subject.alone(arm, baseModel),
                            new RunRecord.Shapes(config, null, null, null)));
                }
            }
            return arms;
        }
    }

    /** What predicts by a setup, as records have it. */
    static RunRecord.Subject subject(
            Arm arm,
            Path folder,
            String name,
            SetupFile file,
            RunRecord.Model base,
            RunRecord.@Nullable Model auxiliary,
            int tail)
            throws ForetokenException {
        return new RunRecord.Subject(
                arm.key(),
                name,
                folder.toString(),
                base,
                auxiliary,
                file.selectLayers(),
                file.layerMap(),
                file.source(),
                Evaluate.predictorHash(folder),
                tail);
    }

    /** A setup's own auxiliary; null where it is a part of the base. */
    static RunRecord.@Nullable Model auxiliary(SetupFile file) throws ForetokenException {
        SetupFile.ModelReference reference = file.auxiliary();
        if (reference == null) {
            return null;
        }
        try (StoredModel stored = StoredModel.open(Path.of(reference.path()))) {
            return RunRecords.model(stored);
        }
    }

    /** As records of answers have it: where every position is predicted, no tail has a part in them. */
    RunRecord.Subject examined(boolean everyPosition) {
        RunRecord.Subject s = subject;
        return everyPosition
                ? new RunRecord.Subject(
                        s.arm(),
                        s.setup(),
                        s.setupPath(),
                        s.base(),
                        s.auxiliary(),
                        s.selectLayers(),
                        s.layerMap(),
                        s.source(),
                        s.predictor(),
                        null)
                : s;
    }
}
