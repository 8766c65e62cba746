package org.foretoken.calibrate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What maps ought to make, keys or values or both of some base layers, side by side in one row y a token: so one product sums up all links from an
 * input. Keeps Σ y² column by column over the tokens, in float64.
 */
final class Outputs implements AutoCloseable {
    /** Which columns of y are a base layer's. */
    record Columns(long from, long width) {}

    /** What of a base layer is among the columns. */
    enum Part {
        KEYS,
        VALUES
    }

    private final Map<Integer, Columns> keys = new TreeMap<>(); // by base layer
    private final Map<Integer, Columns> values = new TreeMap<>();
    private final long width;
    private final Tensor rows_TO; // of the window under way
    private final Tensor squares_O;

    /** What is made from inputs of its own: keys and values apart, or both from one. */
    static List<List<Part>> sides(Source source) {
        return source == Source.KV
                ? List.of(List.of(Part.KEYS), List.of(Part.VALUES))
                : List.of(List.of(Part.values()));
    }

    /**
     * @param kvDims of the base's layers
     * @param layers whose outputs these are
     */
    Outputs(List<Part> parts, List<Long> kvDims, List<Integer> layers, int window) {
        long at = 0;
        for (int layer : layers) {
            for (Part part : parts) {
                long dim = kvDims.get(layer);
                (part == Part.KEYS ? keys : values).put(layer, new Columns(at, dim));
                at += dim;
            }
        }
        width = at;
        try (PointerScope scope = new PointerScope()) {
            rows_TO = Tensors.keep(Tensors.empty(ScalarType.Double, window, width));
            squares_O = Tensors.keep(Tensors.empty(ScalarType.Double, width));
            squares_O.zero_();
        }
    }

    /** Columns of all outputs. */
    long width() {
        return width;
    }

    /** By base layer; empty where the other side has them. */
    Map<Integer, Columns> columns(Part part) {
        return part == Part.KEYS ? keys : values;
    }

    /** Takes rows of the window under way, [T, kvDim] of any float dtype, where they are among the columns. */
    void set(int layer, int start, Tensor k_TD, Tensor v_TD) {
        set(keys.get(layer), start, k_TD);
        set(values.get(layer), start, v_TD);
    }

    private void set(@Nullable Columns columns, int start, Tensor y_TD) {
        if (columns != null) {
            rows_TO.narrow(0, start, y_TD.size(0))
                    .narrow(1, columns.from(), columns.width())
                    .copy_(y_TD);
        }
    }

    /** The window's first rows, [T, O]. */
    Tensor rows(int rows) {
        return rows_TO.narrow(0, 0, rows);
    }

    /** Adds the window's first rows to the sum. */
    void add(int rows) {
        squares_O.add_(rows(rows).square().sum(0));
    }

    /** Adds the sum over other tokens. */
    void add(Outputs others) {
        squares_O.add_(others.squares_O);
    }

    /** Σ y², [O]. */
    Tensor squares() {
        return squares_O;
    }

    /** Puts a sum that was kept in a file. */
    void setSquares(Tensor kept_O) {
        squares_O.copy_(kept_O);
    }

    boolean isFinite() {
        try (PointerScope scope = new PointerScope()) {
            return Double.isFinite(squares_O.sum().item_double());
        }
    }

    @Override
    public void close() {
        rows_TO.close();
        squares_O.close();
    }

    static Scalar count(long tokens) {
        return new Scalar((double) tokens);
    }
}
