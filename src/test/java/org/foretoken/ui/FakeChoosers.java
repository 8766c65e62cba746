package org.foretoken.ui;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ui.shell.Choosers;

/**
 * Dialogs in which something was chosen already.
 *
 * @param modelFile empty for a dialog that was closed, as all of them
 * @param exports the folder to export into
 */
public record FakeChoosers(
        Optional<Path> modelFile, Optional<Path> modelFolder, List<Path> textFiles, Optional<Path> exports)
        implements Choosers {
    /** All closed. */
    public FakeChoosers() {
        this(Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    public FakeChoosers withFile(Path file) {
        return new FakeChoosers(Optional.of(file), modelFolder, textFiles, exports);
    }

    public FakeChoosers withFolder(Path folder) {
        return new FakeChoosers(modelFile, Optional.of(folder), textFiles, exports);
    }

    public FakeChoosers withTexts(Path... texts) {
        return new FakeChoosers(modelFile, modelFolder, List.of(texts), exports);
    }

    public FakeChoosers withExports(Path folder) {
        return new FakeChoosers(modelFile, modelFolder, textFiles, Optional.of(folder));
    }

    @Override
    public Optional<Path> openFile(String title, String what, String... patterns) {
        return textFiles.stream().findFirst();
    }

    @Override
    public Optional<Path> folder(String title) {
        return modelFolder;
    }

    @Override
    public Optional<Path> saveAs(String name) {
        return exports.map(folder -> folder.resolve(name));
    }
}
