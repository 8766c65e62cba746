package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;

/** Makes a setup whose auxiliary is the base without some of its layers, sharing its weights. */
public final class PruneLayers {
    private final Workbench workbench;

    public PruneLayers(Workbench workbench) {
        this.workbench = workbench;
    }

    /** The layers to keep, by one of the three ways. */
    public record Keep(List<Integer> layers) {
        /** The first {@code count} layers: the early-layers auxiliary. */
        public static Keep first(int count) {
            return new Keep(java.util.stream.IntStream.range(0, count).boxed().toList());
        }
    }

    /** @param out the setup's folder, made by this */
    public SetupSummary run(Path base, Keep keep, Path out) throws ForetokenException {
        return Workbench.notYet(workbench, base, keep, out);
    }
}
