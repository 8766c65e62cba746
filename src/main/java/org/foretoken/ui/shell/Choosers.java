package org.foretoken.ui.shell;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.Alert;
import javafx.scene.control.ButtonType;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.FileChooser.ExtensionFilter;
import javafx.stage.Window;

/** How the user points at files; tests answer for themselves. */
public interface Choosers {
    /** A model's file. */
    Optional<Path> modelFile();

    /** A model's folder. */
    Optional<Path> modelFolder();

    /** Text to calibrate or train on; empty when the user thought better of it. */
    List<Path> textFiles();

    /**
     * A file of some kind; empty when the user thought better of it.
     *
     * @param title what it is for
     * @param what such files are called
     * @param patterns of their names
     */
    default Optional<Path> openFile(String title, String what, String... patterns) {
        return Optional.empty();
    }

    /**
     * A folder, which may be a new one; empty when the user thought better of it.
     *
     * @param title what it is for
     */
    default Optional<Path> folder(String title) {
        return Optional.empty();
    }

    /**
     * Where to write a file; empty when the user thought better of it.
     *
     * @param name suggested, with its extension
     */
    default Optional<Path> saveAs(String name) {
        return Optional.empty();
    }

    /** The system's own dialogs over a window. */
    static Choosers over(Window window) {
        return new Choosers() {
            @Override
            public Optional<Path> modelFile() {
                FileChooser chooser = chooser("Open a model", "Models", "*.gguf", "*.safetensors", "config.json");
                return Optional.ofNullable(chooser.showOpenDialog(window)).map(File::toPath);
            }

            @Override
            public Optional<Path> modelFolder() {
                return folder("Open a model folder (config.json, tokenizer.json, *.safetensors)");
            }

            @Override
            public Optional<Path> openFile(String title, String what, String... patterns) {
                return Optional.ofNullable(chooser(title, what, patterns).showOpenDialog(window))
                        .map(File::toPath);
            }

            @Override
            public Optional<Path> folder(String title) {
                DirectoryChooser chooser = new DirectoryChooser();
                chooser.setTitle(title);
                return Optional.ofNullable(chooser.showDialog(window)).map(File::toPath);
            }

            @Override
            public Optional<Path> saveAs(String name) {
                String extension = name.substring(name.lastIndexOf('.') + 1);
                FileChooser chooser = chooser("Export", extension.toUpperCase(Locale.ROOT), "*." + extension);
                chooser.setInitialFileName(name);
                return Optional.ofNullable(chooser.showSaveDialog(window))
                        .map(File::toPath)
                        .flatMap(typed -> ended(typed, extension));
            }

            @Override
            public List<Path> textFiles() {
                List<File> files = chooser("Text to read", "Text", "*.txt", "*.md", "*.jsonl", "*.json", "*.gz")
                        .showOpenMultipleDialog(window);
                return files == null
                        ? List.of()
                        : files.stream().map(File::toPath).toList();
            }
        };
    }

    /** The typed file with the ending of what is written, for which the system's dialog hasn't asked whether to replace it. */
    private static Optional<Path> ended(Path typed, String extension) {
        Path file = withEnding(typed, extension);
        return file.equals(typed) || !Files.exists(file) || mayReplace(file) ? Optional.of(file) : Optional.empty();
    }

    private static boolean mayReplace(Path file) {
        Alert question =
                new Alert(Alert.AlertType.CONFIRMATION, file + " exists. Replace it?", ButtonType.YES, ButtonType.NO);
        question.setHeaderText(null);
        return question.showAndWait().filter(ButtonType.YES::equals).isPresent();
    }

    /** A file of the same name that ends as what is written does. */
    static Path withEnding(Path typed, String extension) {
        String name = String.valueOf(typed.getFileName());
        return name.toLowerCase(Locale.ROOT).endsWith("." + extension)
                ? typed
                : typed.resolveSibling(name + "." + extension);
    }

    private static FileChooser chooser(String title, String what, String... patterns) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.getExtensionFilters()
                .setAll(new ExtensionFilter(what, patterns), new ExtensionFilter("All files", "*"));
        return chooser;
    }
}
