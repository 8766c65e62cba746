package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.figure.Ink;
import org.foretoken.generate.Arm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WCAG AA: 4.5:1 for text, 3:1 for what is drawn, in both themes. */
class ContrastTest {
    @ParameterizedTest
    @ValueSource(strings = {"primer-light.css", "primer-dark.css"})
    void coloursCanBeTold(String theme) throws IOException {
        String css = resource(PrimerLight.class, theme);
        String own = resource(ContrastTest.class, "/org/foretoken/ui/foretoken.css");
        for (String ground : List.of("-color-bg-default", "-color-bg-subtle")) {
            for (String ink : List.of("-color-fg-default", "-color-fg-muted", "-color-danger-fg")) {
                assertThat(contrast(colour(css, ink), colour(css, ground)))
                        .as("%s on %s in %s", ink, ground, theme)
                        .isGreaterThanOrEqualTo(4.5);
            }
            boolean page = ground.equals("-color-bg-default"); // a baseline's card is on no other
            for (String arm : page
                    ? List.of("-arm-base", "-arm-kvp", "-arm-auxiliary", "-arm-baseline")
                    : List.of("-arm-base", "-arm-kvp", "-arm-auxiliary")) {
                assertThat(contrast(colour(own, arm), colour(css, ground)))
                        .as("%s on %s in %s", arm, ground, theme)
                        .isGreaterThanOrEqualTo(3);
            }
        }
    }

    /** Figures and the window show an arm alike. */
    @Test
    void armsHaveTheColoursThatFiguresHave() throws IOException {
        String own = resource(ContrastTest.class, "/org/foretoken/ui/foretoken.css");
        assertThat(own).contains("-arm-base: " + Ink.BLUE.colour().web() + ";");
        assertThat(own).contains("-arm-kvp: " + Ink.VERMILION.colour().web() + ";");
        assertThat(own).contains("-arm-auxiliary: " + Ink.GREEN.colour().web() + ";");
        assertThat(own).contains("-arm-baseline: " + Ink.PURPLE.colour().web() + ";");
        for (Arm.Kind kind : Arm.Kind.values()) {
            assertThat(own).contains("." + ArmMark.styleClass(new Arm(kind, null, 0)) + " { -arm-color: ");
        }
    }

    private static String resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int colour(String css, String name) {
        Matcher matcher = Pattern.compile(name + ": #([0-9a-f]{6});").matcher(css);
        assertThat(matcher.find()).as(name).isTrue();
        return Integer.parseInt(matcher.group(1), 16);
    }

    private static double contrast(int one, int other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
