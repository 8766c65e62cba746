package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;

/** Says whether two models can make a setup, and if not, why. */
public final class CheckPair {
    private final Workbench workbench;

    public CheckPair(Workbench workbench) {
        this.workbench = workbench;
    }

    /** @return the reasons why not, each a sentence; empty when the pair works */
    public List<String> run(Path base, Path auxiliary) throws ForetokenException {
        return Workbench.notYet(workbench, base, auxiliary);
    }
}
