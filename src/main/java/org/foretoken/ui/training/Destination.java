package org.foretoken.ui.training;

import java.nio.file.Path;
import org.foretoken.ForetokenException;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.Actions.TrainedFolder;

/**
 * Where what is trained from a setup goes to.
 *
 * @param folder what there is already
 */
record Destination(Path out, TrainedFolder folder) {
    /**
     * A setup's own training where it came from one; otherwise the one that was begun from it; otherwise a new folder beside it. Reads files, so not for
     * the FX thread.
     */
    static Destination of(Path setup, Actions actions) throws ForetokenException {
        TrainedFolder itself = actions.trainedFolder(setup);
        return itself.begun().isPresent() ? new Destination(setup, itself) : beside(setup, actions, true);
    }

    /** A new folder beside the setup. */
    static Destination unused(Path setup, Actions actions) throws ForetokenException {
        return beside(setup, actions, false);
    }

    private static Destination beside(Path setup, Actions actions, boolean begunWillDo) throws ForetokenException {
        for (int i = 1; ; i++) {
            Path out = setup.resolveSibling(setup.getFileName() + "-trained" + (i == 1 ? "" : "-" + i));
            TrainedFolder folder = actions.trainedFolder(out);
            boolean begunFromIt = folder.begun()
                    .filter(request -> request.setup().equals(setup))
                    .isPresent();
            boolean unused = folder.begun().isEmpty() && !folder.isSetup();
            if (unused || (begunWillDo && begunFromIt)) {
                return new Destination(out, folder);
            }
        }
    }
}
