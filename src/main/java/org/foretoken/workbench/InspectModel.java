package org.foretoken.workbench;

import java.nio.file.Path;
import org.foretoken.ForetokenException;

/** Reads what a model's headers say. Quick, and may run on any thread but the FX thread. */
public final class InspectModel {
    private final Workbench workbench;

    public InspectModel(Workbench workbench) {
        this.workbench = workbench;
    }

    /** @param path a Hub folder or a GGUF file */
    public ModelSummary run(Path path) throws ForetokenException {
        return Workbench.notYet(workbench, path);
    }
}
