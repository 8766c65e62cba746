package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps as text, and where everything is drawn. */
class LayerMapPartsTest {
    @ParameterizedTest
    @ValueSource(strings = {"[0, 0, 1]", "0,0,1", " [0,0,1]\n", "0 0 1", "(0, 0, 1,)", "[\n  0,\n  0,\n  1\n]"})
    void listsAreReadHoweverTheyAreWritten(String text) throws ForetokenException {
        assertThat(MapText.read(text, 3, 2)).containsExactly(0, 0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|no layer map",
                "hello|no layer map",
                "[]|no layer map",
                "[0, -1, 1]|no layer map",
                "[0, 0.5, 1]|no layer map",
                "[99999999999, 0, 0]|no layer map",
                "[0, 0]|2 entries",
                "[0, 0, 1, 1]|4 entries",
                "[0, 0, 2]|base layer 2 from auxiliary layer 2"
            })
    void whatIsNoMapIsSaid(String text, String words) {
        assertThatThrownBy(() -> MapText.read(text, 3, 2))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining(words);
    }

    @Test
    void whatIsWrittenIsRead() throws ForetokenException {
        List<Integer> links = List.of(0, 3, 2, 1);
        assertThat(MapText.read(MapText.write(links), 4, 4)).isEqualTo(links);
    }

    @ParameterizedTest
    @CsvSource({"16, 28, 664, 540", "36, 36, 664, 540", "15, 30, 1264, 840", "1, 2, 664, 540", "36, 36, 440, 476"})
    void rowsAreApartAndInside(int auxiliary, int base, double width, double height) {
        MapLayout place = new MapLayout(width, height, auxiliary, base);
        assertThat(MapLayout.leastHeight(auxiliary, base)).isLessThanOrEqualTo(height);
        for (double pitch : new double[] {place.auxiliaryPitch(), place.basePitch()}) {
            assertThat(pitch).isGreaterThanOrEqualTo(MapLayout.barHeight(pitch) + 2);
        }
        assertThat(place.baseY(base - 1)).isLessThan(height);
        assertThat(place.linksRight() - place.linksLeft()).isGreaterThan(100);
        for (int b = 0; b < base; b++) {
            assertThat(place.baseAt(place.linksRight() + 1, place.baseY(b), 0)).hasValue(b);
            assertThat(place.errorAt(place.histogramLeft() + 1, place.baseY(b))).hasValue(b);
        }
        for (int a = 0; a < auxiliary; a++) {
            assertThat(place.auxiliaryAt(place.linksLeft() - 1, place.auxiliaryY(a), 0))
                    .hasValue(a);
        }
        assertThat(place.auxiliaryAt(place.linksLeft() + 30, place.auxiliaryY(0), 0))
                .isEmpty();
        assertThat(place.auxiliaryAt(place.linksLeft() + 30, place.auxiliaryY(0), 40))
                .hasValue(0);
    }

    @Test
    void linksAreFoundAlongTheirCurves() {
        MapLayout place = new MapLayout(664, 540, 8, 30);
        List<Integer> links = IntStream.range(0, 30).mapToObj(i -> i / 4).toList();
        double x0 = place.linksLeft();
        double x1 = place.linksRight();
        for (int b = 0; b < 30; b++) {
            double y0 = place.auxiliaryY(links.get(b));
            double y1 = place.baseY(b);
            // Bézier by its definition, at four fifths of the way, where neighbours are apart
            double t = 0.8;
            double mid = (x0 + x1) / 2;
            double x = x0 * cube(1 - t) + 3 * mid * (1 - t) * (1 - t) * t + 3 * mid * (1 - t) * t * t + x1 * cube(t);
            double y = y0 * (cube(1 - t) + 3 * (1 - t) * (1 - t) * t) + y1 * (3 * (1 - t) * t * t + cube(t));
            assertThat(place.linkAt(links, x, y, 0.01)).isEqualTo(OptionalInt.of(b));
        }
        assertThat(place.linkAt(links, x0 - 1, 100, 5)).isEmpty();
    }

    private static double cube(double x) {
        return x * x * x;
    }
}
