package org.foretoken.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/** Trainable updates of rank r of frozen matrices, W + B·A (Hu et al. 2021, arXiv 2106.09685). They begin at zero. */
final class LowRank implements AutoCloseable {
    /** The matrices of a layer that are updated. */
    private static final List<String> MATRICES = List.of("qkv", "out", "gate_up", "down");

    /**
     * One matrix's update.
     *
     * @param a [r, in], normal with a deviation of 1/√in
     * @param b [out, r], 0 at first
     */
    private record Update(Tensor a, Tensor b) {}

    private final Map<String, Update> updates = new LinkedHashMap<>();

    private LowRank() {}

    /** @param weights of a decoder, by name */
    LowRank(Map<String, Tensor> weights, int rank, long seed) {
        Random random = new Random(seed);
        try (PointerScope scope = new PointerScope()) {
            weights.forEach((name, weight) -> {
                if (MATRICES.contains(name.substring(name.lastIndexOf('.') + 1))) {
                    int out = (int) weight.size(0);
                    int in = (int) weight.size(1);
                    float[] numbers = new float[rank * in];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = (float) (random.nextGaussian() / Math.sqrt(in));
                    }
                    updates.put(name, new Update(leaf(numbers, rank, in), leaf(new float[out * rank], out, rank)));
                }
            });
        }
    }

    /** The same updates as leaves of their own, with gradients of their own. */
    LowRank twin() {
        LowRank twin = new LowRank();
        updates.forEach(
                (name, each) -> twin.updates.put(name, new Update(Tensors.twin(each.a()), Tensors.twin(each.b()))));
        return twin;
    }

    private static Tensor leaf(float[] numbers, int rows, int columns) {
        return Tensors.keep(Tensors.of(numbers, rows, columns).set_requires_grad(true));
    }

    /** The weight of that name with its update; itself where it has none. */
    Tensor updated(String name, Tensor weight) {
        Update update = updates.get(name);
        return update == null
                ? weight
                : weight.to(ScalarType.Float).add(update.b().mm(update.a()));
    }

    /** What is trained, by name. */
    Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        updates.forEach((name, update) -> {
            all.put(name + ".a", update.a());
            all.put(name + ".b", update.b());
        });
        return all;
    }

    @Override
    public void close() {
        parameters().values().forEach(Tensor::close);
    }
}
