package org.foretoken.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a chunk stand. In a layer's cache they follow each other; in the text, too, unless tokens between them were left out.
 *
 * @param entry of the first row in the layer's cache
 * @param position of the first row in the text, which RoPE turns it by
 * @param end a position above that of the last row
 * @param positions of all rows [rows], int64, rising; null when they follow each other
 */
record Span(int entry, int position, int end, @Nullable Tensor positions) {
    /** Rows that follow each other. */
    static Span of(int entry, int position, long rows) {
        return new Span(entry, position, (int) (position + rows), null);
    }

    /** Rows of a table [positions, …], one for each of the span's. */
    Tensor rows(Tensor table) {
        return positions == null ? table.narrow(0, position, end - position) : table.index_select(0, positions);
    }

    /** The last row alone. */
    Span last(long rows) {
        return of((int) (entry + rows - 1), end - 1, 1);
    }
}
