package org.foretoken.bench;

import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.Flops.Definition;
import org.jspecify.annotations.Nullable;

/** What a setup costs before it is run: from shapes alone, no weight needs to be loaded. */
public final class SetupFlops {
    private SetupFlops() {}

    /**
     * The prediction that a setup makes.
     *
     * @param selectLayers the base's layers that the auxiliary consists of, or null when it has weights of its own
     */
    public static Flops.Prediction of(
            DecoderConfig base,
            DecoderConfig auxiliary,
            @Nullable List<Integer> selectLayers,
            LayerMap map,
            Source source,
            int tail) {
        List<Boolean> shared = Setup.shared(map, selectLayers);
        List<Integer> widths = IntStream.range(0, map.size())
                .mapToObj(i -> shared.get(i) ? 0 : Setup.inputWidth(auxiliary, map.of(i), source))
                .toList();
        return new Flops.Prediction(base, auxiliary, map.links(), widths, source == Source.HIDDEN, tail);
    }

    /** How many times more work the base's own prefill is. */
    public static double gain(Flops.Prediction prediction, int tokens, Definition definition) {
        return (double) Flops.prefill(prediction.base(), tokens, definition)
                / Flops.prefill(prediction, tokens, definition);
    }
}
