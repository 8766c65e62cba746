package org.foretoken.calibrate;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
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
    private final boolean hidden;
    private final boolean oneModel;
    private final int baseDepth;
    private final int auxiliaryDepth;
    private final KvCache baseCache;
    private final @Nullable KvCache auxiliaryCache;

    /** Those that the window under way is added to. */
    private List<KvStatistics> now = List.of();

    /**
     * @param statistics that will be added to, or others like them
     * @param window most tokens of a window
     */
    StatisticsPass(Setup setup, List<KvStatistics> statistics, int window) {
        this.setup = setup;
        this.hidden = statistics.stream().anyMatch(s -> s.source() == Source.HIDDEN);
        this.auxiliaryDepth =
                statistics.stream().mapToInt(KvStatistics::auxiliaryDepth).max().orElse(0);
        this.baseDepth =
                statistics.stream().mapToInt(KvStatistics::baseDepth).max().orElse(0);
        this.oneModel = auxiliaryDepth <= setup.commonLayers();
        this.baseCache = setup.base().newCache(window);
        this.auxiliaryCache = oneModel ? null : setup.auxiliary().newCache(window);
    }

    /** @param into which statistics a window is added to, by its number */
    void read(List<int[]> windows, IntFunction<List<KvStatistics>> into, Progress progress) {
        long total = windows.stream().mapToLong(w -> w.length).sum();
        long done = 0;
        String what = String.format(Locale.ROOT, "Calibrating on %,d tokens", total);
        for (int i = 0; i < windows.size(); i++) {
            progress.report(what, done, total);
            now = into.apply(i);
            read(windows.get(i));
            done += windows.get(i).length;
        }
        progress.report(what, done, total);
    }

    private void read(int[] window) {
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
        now.forEach(statistics -> statistics.add(window.length));
    }

    private final class BaseTap implements LayerTap {
        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            now.forEach(statistics -> statistics.setOutput(layer, start, k_TD, v_TD));
        }
    }

    private final class AuxiliaryTap implements LayerTap {
        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            for (KvStatistics statistics : now) {
                if (statistics.source() != Source.HIDDEN) {
                    set(statistics, layer, start, KvPredictor.kvInput(statistics.source(), k_TD, v_TD));
                }
            }
        }

        @Override
        public void after(int layer, int start, Tensor hidden_TD) {
            for (KvStatistics statistics : now) {
                if (statistics.source() == Source.HIDDEN) {
                    set(statistics, layer, start, KvPredictor.hiddenInput(hidden_TD));
                }
            }
        }

        private void set(KvStatistics statistics, int layer, int start, KvPredictor.Input input) {
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
