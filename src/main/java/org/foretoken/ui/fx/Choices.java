package org.foretoken.ui.fx;

import java.util.List;
import java.util.function.Function;
import javafx.beans.property.Property;
import javafx.collections.FXCollections;
import javafx.geometry.Pos;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.util.StringConverter;

/** One of a few values, chosen from a list. */
public final class Choices {
    private Choices() {}

    /**
     * A list in step with a property.
     *
     * @param words how a value is called
     */
    public static <T> ComboBox<T> of(String id, List<T> values, Function<T, String> words, Property<T> chosen) {
        ComboBox<T> box = new ComboBox<>(FXCollections.observableArrayList(values));
        box.setId(id);
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : words.apply(value);
            }

            @Override
            public T fromString(String text) {
                throw new UnsupportedOperationException("not editable");
            }
        });
        box.setValue(chosen.getValue());
        // a list that is replaced says null for a moment
        box.valueProperty().addListener((o, old, now) -> {
            if (now != null) {
                chosen.setValue(now);
            }
        });
        chosen.addListener((o, old, now) -> box.setValue(now));
        return box;
    }

    /** Replaces the list, and chooses one of it: a list that is replaced leaves the box blank until another value comes. */
    public static <T> void refill(ComboBox<T> box, List<T> values, T chosen) {
        box.setValue(null);
        box.getItems().setAll(values);
        box.setValue(chosen);
    }

    /** A control with its name before it. */
    public static HBox labelled(String words, Control box) {
        Label label = new Label(words);
        label.setMnemonicParsing(true);
        label.setLabelFor(box);
        label.setMinWidth(Region.USE_PREF_SIZE);
        HBox together = new HBox(8, label, box);
        together.setAlignment(Pos.CENTER_LEFT);
        return together;
    }
}
