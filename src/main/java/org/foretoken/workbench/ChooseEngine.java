package org.foretoken.workbench;

import java.util.Optional;
import java.util.OptionalInt;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Kernel;

/** Says what the engine runs with from now on, in place of what was measured or remembered. Call it before the first engine work. */
public final class ChooseEngine {
    private final Workbench workbench;

    public ChooseEngine(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * @param kernel empty leaves the fastest on this machine
     * @param threads at least 1; empty leaves the default
     */
    public void run(Optional<Kernel> kernel, OptionalInt threads) throws ForetokenException {
        Workbench.notYet(workbench, kernel, threads);
    }
}
