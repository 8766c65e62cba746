package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Source;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against trying every map. */
class MapSearchTest {
    private static final int BASE = 5;
    private static final int AUXILIARY = 4;

    private static LinkPrices prices(int seed) {
        Random random = new Random(seed);
        List<List<Double>> keys = matrix(random);
        List<List<Double>> values = matrix(random);
        return new LinkPrices(Source.KV, 100, 50, 0.01, keys, values);
    }

    private static List<List<Double>> matrix(Random random) {
        return IntStream.range(0, BASE)
                .mapToObj(i -> random.doubles(AUXILIARY).boxed().toList())
                .toList();
    }

    /** All maps that use the first {@code depth} auxiliary layers. */
    private static List<LayerMap> all(int depth) {
        List<LayerMap> maps = new ArrayList<>();
        for (int n = 0; n < Math.pow(depth, BASE); n++) {
            List<Integer> links = new ArrayList<>();
            for (int rest = n, i = 0; i < BASE; i++, rest /= depth) {
                links.add(rest % depth);
            }
            maps.add(new LayerMap(links));
        }
        return maps;
    }

    private static double total(LinkPrices prices, LayerMap map) {
        return IntStream.range(0, BASE)
                .mapToDouble(i -> prices.price(i, map.of(i)))
                .sum();
    }

    private static boolean monotone(LayerMap map) {
        return IntStream.range(1, map.size()).allMatch(i -> map.of(i) >= map.of(i - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void noMapIsCheaper(int seed) {
        LinkPrices prices = prices(seed);
        for (int depth = 1; depth <= AUXILIARY; depth++) {
            LayerMap free = MapSearch.best(prices, false, depth);
            LayerMap rising = MapSearch.best(prices, true, depth);
            assertThat(monotone(rising)).isTrue();
            assertThat(Math.max(free.highest(), rising.highest())).isLessThan(depth);
            double leastFree = all(depth).stream()
                    .mapToDouble(map -> total(prices, map))
                    .min()
                    .orElseThrow();
            double leastRising = all(depth).stream()
                    .filter(MapSearchTest::monotone)
                    .mapToDouble(map -> total(prices, map))
                    .min()
                    .orElseThrow();
            assertThat(total(prices, free)).isCloseTo(leastFree, org.assertj.core.data.Offset.offset(1e-12));
            assertThat(total(prices, rising)).isCloseTo(leastRising, org.assertj.core.data.Offset.offset(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLinkWithoutStatisticsIsAvoided(boolean monotone) {
        LinkPrices known = new LinkPrices(
                Source.KV,
                1,
                1,
                0.01,
                List.of(List.of(Double.NaN, 0.9), List.of(0.1, Double.NaN)),
                List.of(List.of(Double.NaN, 0.9), List.of(0.1, Double.NaN)));
        LayerMap best = MapSearch.best(known, monotone, 2);
        // free: both have a price; monotone: one of the two can't be had
        assertThat(best.links()).isEqualTo(monotone ? List.of(0, 0) : List.of(1, 0));
    }
}
