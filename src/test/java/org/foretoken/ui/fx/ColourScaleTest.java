package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.paint.Color;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColourScaleTest {
    private static final Color LIGHT = Color.WHITE;
    private static final Color DARK = Color.web("#0d1117");

    private final ColourScale scale = new ColourScale(0, 0.8);

    @Test
    void itGoesFromVioletOverGreenToYellow() {
        assertThat(scale.fill(0)).isEqualTo(Color.web("#440154"));
        assertThat(scale.fill(0.4)).isEqualTo(Color.web("#21918c"));
        assertThat(scale.fill(0.8)).isEqualTo(Color.web("#fde725"));
        assertThat(scale.fill(7)).isEqualTo(scale.fill(0.8));
        assertThat(scale.fill(-1)).isEqualTo(scale.fill(0));
        assertThat(scale.fill(Double.NaN)).isEqualTo(Color.TRANSPARENT);
        assertThat(new ColourScale(1, 1).fill(1)).isEqualTo(scale.fill(0));
    }

    @Test
    void lightnessGrowsAllTheWay() {
        for (int i = 1; i <= 100; i++) {
            assertThat(luminance(scale.fill(0.8 * i / 100))).isGreaterThan(luminance(scale.fill(0.8 * (i - 1) / 100)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linesCanBeToldFromTheGroundTheHighEndBest(boolean dark) {
        Color ground = dark ? DARK : LIGHT;
        double before = 0;
        for (int i = 0; i <= 100; i++) {
            double contrast = contrast(scale.line(0.8 * i / 100, dark), ground);
            assertThat(contrast).isGreaterThan(Math.max(3, before));
            before = contrast;
        }
    }

    private static double contrast(Color one, Color other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Color colour) {
        return 0.2126 * linear(colour.getRed())
                + 0.7152 * linear(colour.getGreen())
                + 0.0722 * linear(colour.getBlue());
    }

    private static double linear(double value) {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
