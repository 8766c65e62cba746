package org.foretoken.ui.fx;

import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory.DoubleSpinnerValueFactory;
import javafx.scene.control.SpinnerValueFactory.IntegerSpinnerValueFactory;
import javafx.util.StringConverter;

/** Number fields that take typing as well as arrows, and keep the last good value when what was typed is none. */
public final class Spinners {
    private Spinners() {}

    /** Whole numbers. */
    public static Spinner<Integer> whole(int min, int max, int value) {
        IntegerSpinnerValueFactory values = new IntegerSpinnerValueFactory(min, max, value);
        values.setConverter(new StringConverter<>() {
            @Override
            public String toString(Integer number) {
                return number == null ? "" : number.toString();
            }

            @Override
            public Integer fromString(String text) {
                try {
                    return Math.clamp(Long.parseLong(text.strip()), values.getMin(), values.getMax());
                } catch (NumberFormatException e) {
                    return values.getValue();
                }
            }
        });
        return editable(new Spinner<>(values));
    }

    /** Whole numbers, in step with a property. */
    public static Spinner<Integer> bound(int min, int max, IntegerProperty property) {
        Spinner<Integer> spinner = whole(min, max, property.get());
        spinner.valueProperty().addListener((o, old, now) -> property.set(now));
        property.addListener((o, old, now) -> spinner.getValueFactory().setValue(now.intValue()));
        return spinner;
    }

    /** Fractions. */
    public static Spinner<Double> fraction(double min, double max, double value, double step) {
        DoubleSpinnerValueFactory values = new DoubleSpinnerValueFactory(min, max, value, step);
        values.setConverter(new StringConverter<>() {
            @Override
            public String toString(Double number) {
                return number == null ? "" : Numbers.plain(number);
            }

            @Override
            public Double fromString(String text) {
                try {
                    double typed = Double.parseDouble(text.strip());
                    return Double.isNaN(typed)
                            ? values.getValue()
                            : Math.clamp(typed, values.getMin(), values.getMax());
                } catch (NumberFormatException e) {
                    return values.getValue();
                }
            }
        });
        return editable(new Spinner<>(values));
    }

    /** Fractions, in step with a property. */
    public static Spinner<Double> bound(double min, double max, double step, DoubleProperty property) {
        Spinner<Double> spinner = fraction(min, max, property.get(), step);
        spinner.valueProperty().addListener((o, old, now) -> property.set(now));
        property.addListener((o, old, now) -> spinner.getValueFactory().setValue(now.doubleValue()));
        return spinner;
    }

    private static <T> Spinner<T> editable(Spinner<T> spinner) {
        spinner.setEditable(true);
        spinner.setPrefWidth(112);
        spinner.focusedProperty().addListener((o, was, is) -> {
            if (!is) {
                spinner.commitValue();
                spinner.getEditor()
                        .setText(spinner.getValueFactory().getConverter().toString(spinner.getValue()));
            }
        });
        return spinner;
    }
}
