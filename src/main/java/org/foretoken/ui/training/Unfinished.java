package org.foretoken.ui.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.Actions.TrainedFolder;

/**
 * A training that was begun and can be gone on with.
 *
 * @param folder of the trained setup
 */
record Unfinished(Path folder, CurveFacts facts) {
    /** Those beside a setup and among the user's setups. Reads files, so not for the FX thread. */
    static List<Unfinished> near(Path setup, Actions actions) {
        return actions.begunTrainings(setup).stream()
                .flatMap(folder -> in(folder, actions).stream())
                .toList();
    }

    private static Optional<Unfinished> in(Path folder, Actions actions) {
        try {
            TrainedFolder there = actions.trainedFolder(folder);
            return there.begun()
                    .map(request -> new Unfinished(folder, CurveFacts.of(request, there.curve())))
                    .filter(each -> !each.facts().finished());
        } catch (ForetokenException e) {
            return Optional.empty(); // who opens that folder is told why
        }
    }

    /** Its name, and how far it is. */
    String words() {
        return folder.getFileName() + ": step " + Numbers.count(facts.stepsDone()) + " of "
                + Numbers.count(facts.stepsInAll());
    }
}
