package org.foretoken.calibrate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/** What calibration keeps of one base layer's keys, or of its values, whatever feeds them: Σ ‖y‖² over the tokens. */
final class OutputSums implements AutoCloseable {
    private final Tensor rows_TD; // y of the window under way, [window, width], float64
    private double squares;

    OutputSums(long width, int window) {
        try (PointerScope scope = new PointerScope()) {
            rows_TD = Tensors.keep(Tensors.empty(ScalarType.Double, window, width));
        }
    }

    long width() {
        return rows_TD.size(1);
    }

    /** Takes rows of the window under way, [T, width] of any float dtype. */
    void set(int start, Tensor y_TD) {
        rows_TD.narrow(0, start, y_TD.size(0)).copy_(y_TD);
    }

    /** The window's first rows, [T, width]. */
    Tensor rows(int rows) {
        return rows_TD.narrow(0, 0, rows);
    }

    /** Adds the window's first rows to the sum. */
    void add(int rows) {
        squares += rows(rows).square().sum().item_double();
    }

    double squares() {
        return squares;
    }

    @Override
    public void close() {
        rows_TD.close();
    }
}
