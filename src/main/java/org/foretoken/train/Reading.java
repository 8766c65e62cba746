package org.foretoken.train;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.torch.Tensors;

/** What {@link FrozenPass} noted of a sequence, [T, ·] each. */
record Reading(Map<String, Tensor> tensors) implements AutoCloseable {
    /** The base's residual stream where training begins, float32. */
    static final String START = "start";

    /** The base's residual stream after its last layer, float32. */
    static final String LAST = "last";

    static String exactKeys(int baseLayer) {
        return "base." + baseLayer + ".keys";
    }

    static String exactValues(int baseLayer) {
        return "base." + baseLayer + ".values";
    }

    static String auxiliaryKeys(int layer) {
        return "auxiliary." + layer + ".keys";
    }

    static String auxiliaryValues(int layer) {
        return "auxiliary." + layer + ".values";
    }

    /** The predictor's input of source {@code hidden}. */
    static String hidden(int auxiliaryLayer) {
        return "auxiliary." + auxiliaryLayer + ".hidden";
    }

    /** One thing noted of several sequences of one length, side by side: [B, T, ·]. */
    static Tensor stacked(List<Reading> readings, String name) {
        return torch.stack(
                Tensors.vector(readings.stream()
                        .map(reading -> {
                            Tensor tensor = reading.tensors().get(name);
                            if (tensor == null) {
                                throw new IllegalStateException(name + " was not noted");
                            }
                            return tensor;
                        })
                        .toArray(Tensor[]::new)),
                0);
    }

    /** Has the caller's scope close what nobody keeps. */
    void leaveToScope() {
        tensors.replaceAll((name, tensor) -> {
            Tensor scoped = new Tensor(tensor);
            tensor.close();
            return scoped;
        });
    }

    long bytes() {
        return tensors.values().stream().mapToLong(Tensor::nbytes).sum();
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
