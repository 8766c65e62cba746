package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;

/** Reads a setup's folder. */
public final class OpenSetup {
    private final Workbench workbench;

    public OpenSetup(Workbench workbench) {
        this.workbench = workbench;
    }

    public SetupSummary run(Path folder) throws ForetokenException {
        return Workbench.notYet(workbench, folder);
    }

    /** The setups that the user has, most recent first; unreadable ones are left out. */
    public List<SetupSummary> all() {
        return Workbench.notYet(workbench);
    }
}
