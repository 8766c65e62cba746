package org.foretoken.ui.kverror;

import java.nio.file.Path;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.workbench.MeasureKvError;

/** Whether a text is measured instead of a prompt, and which part of it. */
final class TextChoice {
    private final BooleanProperty used = new SimpleBooleanProperty();
    private final ObjectProperty<Optional<Path>> file = new SimpleObjectProperty<>(Optional.empty());
    private final IntegerProperty windows = new SimpleIntegerProperty(MeasureKvError.WINDOWS);
    private final IntegerProperty skip = new SimpleIntegerProperty(0);

    BooleanProperty usedProperty() {
        return used;
    }

    /** The text's file, once it is chosen. */
    ObjectProperty<Optional<Path>> fileProperty() {
        return file;
    }

    /** Windows to measure at most. */
    IntegerProperty windowsProperty() {
        return windows;
    }

    /** Tokens to leave out at the start, such as those that were calibrated on. */
    IntegerProperty skipProperty() {
        return skip;
    }
}
