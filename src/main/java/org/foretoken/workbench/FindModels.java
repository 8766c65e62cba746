package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;

/** Lists the models on this machine: sample-models, the Hugging Face cache, and the folders and files that the user added. Quick, any thread but the FX thread. */
public final class FindModels {
    private final Workbench workbench;

    public FindModels(Workbench workbench) {
        this.workbench = workbench;
    }

    /** A place that holds a model; not opened yet. */
    public record Found(String name, Path path, String where) {}

    /** @param added folders and files that the user added */
    public List<Found> run(List<Path> added) {
        return Workbench.notYet(workbench, added);
    }
}
