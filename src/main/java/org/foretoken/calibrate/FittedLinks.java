package org.foretoken.calibrate;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;

/**
 * Maps fitted link by link from the sums kept beside a setup, for an editor. Factors and maps stay in memory: an edit costs a solve for keys and one for
 * values, going back to a link that was fitted costs nothing. Belongs to one thread.
 */
public final class FittedLinks implements AutoCloseable {
    /** Bytes of maps, and of factors, that may be held beyond those of the layer map under way. */
    private static final long ROOM = 256L << 20;

    private record Link(int baseLayer, int auxiliaryLayer) {}

    private final StatisticsFile statistics;
    private final Factors factors;
    private final Map<Link, PredictorWeights> fitted =
            new LinkedHashMap<>(16, 0.75f, true); // least recently used first

    /**
     * Takes over the statistics, which it closes.
     *
     * @param lambda penalty relative to the mean square of the centred input
     */
    public FittedLinks(StatisticsFile statistics, double lambda) {
        this.statistics = statistics;
        this.factors = Factors.relative(lambda);
    }

    /** Tokens that maps are fitted on. */
    public long tokens() {
        return statistics.sums().tokens();
    }

    /**
     * Fits those maps that aren't yet.
     *
     * @param baseLayers of the map
     * @return how many links that were
     * @throws ForetokenException when a link has no statistics
     */
    public int fit(LayerMap map, List<Integer> baseLayers) throws ForetokenException {
        List<Integer> unknown = baseLayers.stream()
                .filter(layer -> fitted.get(new Link(layer, map.of(layer))) == null)
                .toList();
        try (PredictorWeights weights =
                statistics.sums().maps(map, unknown, factors).weights()) {
            for (int layer : unknown) {
                fitted.put(new Link(layer, map.of(layer)), weights.of(layer));
            }
        }
        factors.trim(ROOM);
        trim(map, baseLayers);
        return unknown.size();
    }

    /**
     * Maps of a layer map's base layers, fitted where that wasn't done before; the caller closes them.
     *
     * @throws ForetokenException when a link has no statistics
     */
    public PredictorWeights maps(LayerMap map, List<Integer> baseLayers) throws ForetokenException {
        fit(map, baseLayers);
        PredictorWeights all = new PredictorWeights();
        for (int layer : baseLayers) {
            Optional.ofNullable(fitted.get(new Link(layer, map.of(layer)))).ifPresent(all::putAll);
        }
        return all;
    }

    /** Lets go of the links that were used longest ago, but of none in use. */
    private void trim(LayerMap map, List<Integer> baseLayers) {
        long held = fitted.values().stream().mapToLong(PredictorWeights::bytes).sum();
        Iterator<Map.Entry<Link, PredictorWeights>> eldest = fitted.entrySet().iterator();
        while (held > ROOM && eldest.hasNext()) {
            Map.Entry<Link, PredictorWeights> entry = eldest.next();
            Link link = entry.getKey();
            boolean used = baseLayers.contains(link.baseLayer()) && map.of(link.baseLayer()) == link.auxiliaryLayer();
            if (!used) {
                held -= entry.getValue().bytes();
                entry.getValue().close();
                eldest.remove();
            }
        }
    }

    @Override
    public void close() {
        fitted.values().forEach(PredictorWeights::close);
        fitted.clear();
        factors.close();
        statistics.close();
    }
}
