package org.foretoken.ui.models;

import java.nio.file.Files;
import java.nio.file.Path;
import org.foretoken.ForetokenException;
import org.foretoken.ui.shell.Actions;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;

/** What the right side of the models panel shows. */
sealed interface Shown {
    /** Nothing is selected. */
    record Nothing() implements Shown {}

    /** Headers are being read. */
    record Reading(String name) implements Shown {}

    /** A model. */
    record Model(ModelSummary summary) implements Shown {}

    /** A setup. */
    record Setup(SetupSummary summary) implements Shown {}

    /** A model that can't be opened, and why. */
    record Broken(String name, String sentence) implements Shown {}

    /** The setup or the model at a path. */
    static Shown at(Path path, Actions actions) throws ForetokenException {
        return Files.exists(path.resolve("setup.json"))
                ? new Setup(actions.openSetup(path))
                : new Model(actions.inspect(modelOf(path)));
    }

    /** The model that a file belongs to: a GGUF file is one itself, any other lies in a model's folder. */
    private static Path modelOf(Path path) {
        String name = String.valueOf(path.getFileName());
        Path folder = path.getParent();
        return folder != null && (name.equals("config.json") || name.endsWith(".safetensors")) ? folder : path;
    }
}
