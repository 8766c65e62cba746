package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.model.DecoderConfig;
import org.foretoken.runs.RunRecord;

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
        if (!OpenSetup.summary(folder).hasPredictor()) {
            throw Generate.noPredictor(folder);
        }
        RecordedModels models = RecordedModels.of(folder, name);
        List<SweepArm> arms = new ArrayList<>();
        arms.add(of(models, Arm.BASE.label(), folder, Arm.BASE, 0));
        for (int tail : tails.isEmpty() ? List.of(models.ownTail()) : tails) {
            arms.add(of(models, name, folder, Arm.KV_PREDICTION, tail));
        }
        if (auxiliaries) {
            arms.add(of(models, name, folder, Arm.AUXILIARY, 0));
        }
        for (Arm arm : further) {
            arm.check(models.config().layers().size());
            arms.add(
                    arm.needsSetup()
                            ? of(models, name, folder, arm, models.ownTail())
                            : of(models, arm.key().split(":", -1)[0], folder, arm, 0));
        }
        return arms;
    }

    private static SweepArm of(RecordedModels models, String series, Path folder, Arm arm, int tail) {
        return new SweepArm(series, folder, arm, tail, models.subject(arm, tail), models.shapes(arm));
    }
}
