package org.foretoken.ui.fx;

import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.StringProperty;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory.IntegerSpinnerValueFactory;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** A form's number fields, and what else forms are made of. */
public final class FormFields {
    private static final double TEXT = 176;

    private final List<Spinner<?>> spinners = new ArrayList<>();

    /** Takes what was typed into a field that still has the focus. */
    public void commit() {
        spinners.forEach(Spinner::commitValue);
    }

    /** A whole number, in step with a property. */
    public Spinner<Integer> whole(int min, int max, int by, String id, IntegerProperty property) {
        Spinner<Integer> spinner = Spinners.bound(min, max, property);
        ((IntegerSpinnerValueFactory) spinner.getValueFactory()).setAmountToStepBy(by);
        return added(spinner, id);
    }

    /** A fraction, in step with a property. */
    public Spinner<Double> fraction(double min, double max, double by, String id, DoubleProperty property) {
        return added(Spinners.bound(min, max, by, property), id);
    }

    private <T> Spinner<T> added(Spinner<T> spinner, String id) {
        spinner.setId(id);
        spinners.add(spinner);
        return spinner;
    }

    public static Label heading(String words) {
        Label label = new Label(words);
        label.getStyleClass().add("section-heading");
        return label;
    }

    /** Text of any kind, in step with a property; {@code prompt} is shown while it is empty. */
    public static TextField text(String id, StringProperty property, String prompt) {
        TextField field = new TextField();
        field.setId(id);
        field.setPromptText(prompt);
        field.setPrefWidth(TEXT);
        field.setMaxWidth(TEXT);
        field.textProperty().bindBidirectional(property);
        return field;
    }

    /** A box with a mnemonic, in step with a property. */
    public static CheckBox check(String words, String id, BooleanProperty property) {
        CheckBox box = new CheckBox(words);
        box.setId(id);
        box.setMnemonicParsing(true);
        box.selectedProperty().bindBidirectional(property);
        return box;
    }

    /** A sentence that wraps, to be filled. */
    public static Label sentence(String id, String... styles) {
        Label label = new Label();
        label.setId(id);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        label.getStyleClass().addAll(styles);
        return label;
    }

    /** A button that is a picture, its words for the tooltip and for who hears the window. */
    public static Button icon(Feather icon, String words) {
        Button button = new Button(null, new FontIcon(icon));
        button.getStyleClass().add("button-icon");
        button.setAccessibleText(words);
        button.setTooltip(new Tooltip(words));
        return button;
    }

    /** A form that scrolls over a footer that stays. */
    public static VBox side(Node form, VBox footer) {
        ScrollPane scroll = new ScrollPane(form);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        footer.getStyleClass().add("form-footer");
        footer.setMinHeight(Region.USE_PREF_SIZE);
        VBox side = new VBox(scroll, footer);
        side.getStyleClass().add("form-side");
        return side;
    }
}
