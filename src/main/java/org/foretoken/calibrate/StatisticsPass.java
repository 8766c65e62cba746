package org.foretoken.calibrate;

import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.Progress;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.jspecify.annotations.Nullable;

/**
 * Reads windows of text with the base and the auxiliary, no deeper than the links need. Where the auxiliary is the base's own first layers, the base's
 * pass gives the auxiliary's numbers and the auxiliary isn't run.
 */
final class StatisticsPass implements AutoCloseable {
    private final Setup setup;
    private final KvStatistics statistics;
    private final boolean oneModel;
    private final int baseDepth;
    private final int auxiliaryDepth;
    private final KvCache baseCache;
    private final @Nullable KvCache auxiliaryCache;

    /**
     * @param links to gather for
     * @param window most tokens of a window
     */
    StatisticsPass(Setup setup, List<Link> links, KvStatistics statistics, int window) {
        this.setup = setup;
        this.statistics = statistics;
        this.auxiliaryDepth =
                links.stream().mapToInt(Link::auxiliaryLayer).max().orElse(-1) + 1;
        this.baseDepth = links.stream().mapToInt(Link::baseLayer).max().orElse(-1) + 1;
        this.oneModel = auxiliaryDepth <= setup.commonLayers();
        this.baseCache = setup.base().newCache(window);
        this.auxiliaryCache = oneModel ? null : setup.auxiliary().newCache(window);
    }

    void read(List<int[]> windows, Progress progress) {
        long total = windows.stream().mapToLong(w -> w.length).sum();
        long done = 0;
        String what = String.format(Locale.ROOT, "Calibrating on %,d tokens", total);
        for (int[] window : windows) {
            progress.report(what, done, total);
            read(window);
            done += window.length;
        }
        progress.report(what, done, total);
    }

    private void read(int[] window) {
        boolean hidden = setup.source() == Source.HIDDEN;
        LayerTap ofBase = new BaseTap();
        LayerTap ofAuxiliary = new AuxiliaryTap();
        baseCache.setLength(0);
        if (auxiliaryCache == null) {
            int depth = Math.max(baseDepth, auxiliaryDepth);
            setup.base().read(window, baseCache, depth, hidden && auxiliaryDepth == depth, both(ofBase, ofAuxiliary));
        } else {
            setup.base().read(window, baseCache, baseDepth, false, ofBase);
            auxiliaryCache.setLength(0);
            setup.auxiliary().read(window, auxiliaryCache, auxiliaryDepth, hidden, ofAuxiliary);
        }
        statistics.add(window.length);
    }

    private final class BaseTap implements LayerTap {
        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            statistics.setOutput(layer, start, k_TD, v_TD);
        }
    }

    private final class AuxiliaryTap implements LayerTap {
        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            if (setup.source() != Source.HIDDEN) {
                set(layer, start, KvPredictor.kvInput(setup.source(), k_TD, v_TD));
            }
        }

        @Override
        public void after(int layer, int start, Tensor hidden_TD) {
            if (setup.source() == Source.HIDDEN) {
                set(layer, start, KvPredictor.hiddenInput(hidden_TD));
            }
        }

        private void set(int layer, int start, KvPredictor.Input input) {
            statistics.setInput(layer, start, input.forKeys(), input.forValues());
        }
    }

    private static LayerTap both(LayerTap one, LayerTap other) {
        return new LayerTap() {
            @Override
            public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
                one.projected(layer, start, k_TD, v_TD);
                other.projected(layer, start, k_TD, v_TD);
            }

            @Override
            public void after(int layer, int start, Tensor hidden_TD) {
                one.after(layer, start, hidden_TD);
                other.after(layer, start, hidden_TD);
            }
        };
    }

    @Override
    public void close() {
        baseCache.close();
        if (auxiliaryCache != null) {
            auxiliaryCache.close();
        }
    }
}
