package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.family.StoredModel;

/** Makes a setup whose auxiliary is the base without some of its layers, sharing its weights. */
public final class PruneLayers {
    /** The layers to keep, ascending. */
    public record Keep(List<Integer> layers) {
        /** The first {@code count} layers: the early-layers auxiliary. */
        public static Keep first(int count) {
            return new Keep(IntStream.range(0, count).boxed().toList());
        }

        /**
         * That share of the layers, evenly spread: the paper's layer pruning. 0.5 keeps 0, 2, 4, ...; 0.75 drops 3, 7, 11, ...; 0.25 keeps 0, 4, 8, ...
         *
         * @param fraction above 0, at most 1
         * @param layers of the base
         */
        public static Keep fraction(double fraction, int layers) {
            if (!(fraction > 0 && fraction <= 1)) {
                throw new IllegalArgumentException("fraction " + fraction);
            }
            // Layer i stays where the number of layers due so far, ceil(fraction · i), grows with it.
            return new Keep(IntStream.range(0, layers)
                    .filter(i -> due(fraction, i + 1) > due(fraction, i))
                    .boxed()
                    .toList());
        }

        /** The margin takes back the rounding of fractions such as 1/3. */
        private static double due(double fraction, int layers) {
            return Math.ceil(fraction * layers - 1e-9);
        }
    }

    private final Workbench workbench;

    public PruneLayers(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Writes the setup; its predictor is calibrated later.
     *
     * @param out the setup's folder, made by this
     */
    public SetupSummary run(Path base, Keep keep, Path out) throws ForetokenException {
        SetupFile.checkNoneIn(out);
        try (StoredModel stored = StoredModel.open(base)) {
            int layers = stored.config().layers().size();
            check(keep.layers(), layers);
            SetupFile file = new SetupFile(
                    SetupFile.FORMAT,
                    reference(stored),
                    null,
                    keep.layers(),
                    LayerMap.lastRetained(keep.layers(), layers).links(),
                    Source.HIDDEN.label(),
                    1,
                    null);
            file.write(out);
        }
        return new OpenSetup(workbench).run(out);
    }

    static SetupFile.ModelReference reference(StoredModel stored) throws ForetokenException {
        return new SetupFile.ModelReference(
                stored.path().toAbsolutePath().normalize().toString(),
                stored.checkpoint().weights().hash());
    }

    private static void check(List<Integer> keep, int layers) throws ForetokenException {
        if (keep.isEmpty()) {
            throw new ForetokenException(
                    "No layer is kept: an auxiliary needs at least one of the base's " + layers + ".");
        }
        for (int i = 0; i < keep.size(); i++) {
            if (keep.get(i) < 0 || keep.get(i) >= layers) {
                throw new ForetokenException("There is no layer " + keep.get(i) + " to keep: the base has layers 0 to "
                        + (layers - 1) + ".");
            }
            if (i > 0 && keep.get(i) <= keep.get(i - 1)) {
                throw new ForetokenException(
                        "The layers to keep must ascend, but " + keep.get(i) + " follows " + keep.get(i - 1) + ".");
            }
        }
    }
}
