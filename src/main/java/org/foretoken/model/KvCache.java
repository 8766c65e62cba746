package org.foretoken.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * Keys and values of the positions read so far, allocated once. Keys are stored after k_norm and RoPE. Two caches may share layers: an auxiliary that
 * is the base's own first layers writes straight into the base's cache. A layer may lack positions that a pruned prefill left out; its entries follow
 * each other all the same.
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
    private final int[] dropped; // positions without an entry, by layer
    private int prunedLength; // positions up to which some may be dropped
    private int length;

    private KvCache(List<Layer> layers, List<Layer> owned, int capacity) {
        this.layers = List.copyOf(layers);
        this.owned = List.copyOf(owned);
        this.capacity = capacity;
        this.dropped = new int[layers.size()];
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

    /** Positions that were read: the next token's position. */
    public int length() {
        return length;
    }

    /** Positions that a layer has keys and values of: all that were read, unless a prefill left some out. */
    public int entries(int layer) {
        return entry(layer, length);
    }

    /** The entry of a layer that a position has or will have, for positions after what was pruned. */
    int entry(int layer, int position) {
        return position - dropped[layer];
    }

    /** Declares the first {@code length} positions read; shorter forgets the rest. A pruned prompt can only be forgotten whole. */
    public void setLength(int length) {
        if (length < 0 || length > capacity || (length > 0 && length < prunedLength)) {
            throw new IllegalArgumentException(length + " positions in a cache for " + capacity
                    + ", of which the first " + prunedLength + " were pruned together");
        }
        if (length == 0) {
            Arrays.fill(dropped, 0);
            prunedLength = 0;
        }
        this.length = length;
    }

    /**
     * Declares a prompt read of which layers hold only a part.
     *
     * @param length positions of the prompt
     * @param entries of each layer, its first
     */
    void setPruned(int length, int[] entries) {
        setLength(0);
        for (int i = 0; i < entries.length; i++) {
            dropped[i] = length - entries[i];
        }
        prunedLength = length;
        setLength(length);
    }

    /** Holds the first {@code length} positions of another cache of the same layers, none of them pruned, and no others. */
    public void copy(KvCache from, int length) {
        setLength(0);
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < layers.size(); i++) {
                Layer to = layers.get(i);
                to.keys().narrow(1, 0, length).copy_(from.layer(i).keys().narrow(1, 0, length));
                to.values().narrow(1, 0, length).copy_(from.layer(i).values().narrow(1, 0, length));
            }
        }
        setLength(length);
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
