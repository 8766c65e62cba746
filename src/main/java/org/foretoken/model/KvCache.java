package org.foretoken.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * Keys and values of the positions read so far, allocated once. Keys are stored after k_norm and RoPE. Two caches may share layers: an auxiliary that
 * is the base's own first layers writes straight into the base's cache.
 */
public final class KvCache implements AutoCloseable {
    /**
     * One layer's entries.
     *
     * @param keys [kvHeads, capacity, headDim]
     * @param values [kvHeads, capacity, headDim]
     */
    public record Layer(Tensor keys, Tensor values) {
        static Layer allocate(LayerShape shape, int capacity, ScalarType dtype) {
            long[] size = {shape.kvHeads(), capacity, shape.headDim()};
            return new Layer(
                    Tensors.retained(Tensors.empty(dtype, size)), Tensors.retained(Tensors.empty(dtype, size)));
        }

        void close() {
            keys.close();
            values.close();
        }
    }

    private final List<Layer> layers;
    private final List<Layer> owned;
    private final int capacity;
    private int length;

    private KvCache(List<Layer> layers, List<Layer> owned, int capacity) {
        this.layers = List.copyOf(layers);
        this.owned = List.copyOf(owned);
        this.capacity = capacity;
    }

    /** An empty cache for {@code capacity} positions of every layer. */
    public static KvCache allocate(DecoderConfig config, int capacity, ScalarType dtype) {
        return sharing(config, Map.of(), capacity, dtype);
    }

    /**
     * An empty cache in which some layers are another cache's, which keeps owning them.
     *
     * @param shared by layer, of at least this capacity and of that layer's shape
     */
    public static KvCache sharing(DecoderConfig config, Map<Integer, Layer> shared, int capacity, ScalarType dtype) {
        List<Layer> layers = new ArrayList<>();
        List<Layer> owned = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < config.layers().size(); i++) {
                Layer layer = shared.get(i);
                if (layer == null) {
                    layer = Layer.allocate(config.layers().get(i), capacity, dtype);
                    owned.add(layer);
                }
                layers.add(layer);
            }
        }
        return new KvCache(layers, owned, capacity);
    }

    /** The layer's tensors, whole capacity. */
    public Layer layer(int index) {
        return layers.get(index);
    }

    public List<Layer> layers() {
        return layers;
    }

    /** Most positions that fit. */
    public int capacity() {
        return capacity;
    }

    /** Positions that are filled. */
    public int length() {
        return length;
    }

    /** Declares the first {@code length} positions filled; shorter forgets the rest. */
    public void setLength(int length) {
        if (length < 0 || length > capacity) {
            throw new IllegalArgumentException(length + " positions in a cache for " + capacity);
        }
        this.length = length;
    }

    /** Bytes of one position over all layers. */
    public static long bytesPerPosition(DecoderConfig config, int bytesPerEntry) {
        return config.layers().stream()
                .mapToLong(s -> 2L * s.kvDim() * bytesPerEntry)
                .sum();
    }

    @Override
    public void close() {
        owned.forEach(Layer::close);
    }
}
