package org.foretoken.kvp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerShape;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.Tensors;

/** One folder of {@code make_golden.py} for KV prediction: both models, the setup with its predictor, and what the reference made of it. */
final class Golden implements AutoCloseable {
    final Decoder base;
    final Decoder auxiliary;
    final Setup setup;
    final int[] ids;
    private final StoredModel storedBase;
    private final StoredModel storedAuxiliary;
    private final SafetensorsFile file;
    private final double tolerance;

    /** A pair beside its models, or with them inside; a pruned auxiliary of its own weights, as the predictor has maps for every layer. */
    Golden(Path folder, Kernel kernel) throws ForetokenException, IOException {
        tolerance = kernel == Kernel.BF16 ? 3e-2 : 1e-4;
        JsonNode pair = new ObjectMapper().readTree(folder.resolve("pair.json").toFile());
        storedBase = StoredModel.open(model(folder, pair.path("base").asText()));
        storedAuxiliary = StoredModel.open(model(folder, pair.path("auxiliary").asText()));
        base = storedBase.load(Kernels.here(kernel), Progress.NONE);
        auxiliary = storedAuxiliary.load(kernel, Progress.NONE);
        List<Integer> links = StreamSupport.stream(pair.path("layer_map").spliterator(), false)
                .map(JsonNode::intValue)
                .toList();
        setup = new Setup(base, auxiliary, null, new LayerMap(links), Source.KV);
        setup.readPredictor(folder.resolve("predictor.safetensors"));
        file = SafetensorsFile.open(folder.resolve("golden.safetensors"));
        try (PointerScope scope = new PointerScope()) {
            ids = ids("input_ids");
        }
    }

    private static Path model(Path folder, String name) {
        Path inside = folder.resolve(name);
        return Files.exists(inside) ? inside : folder.resolveSibling(name);
    }

    /** The prompt without its last token. */
    int[] allButLast() {
        return Arrays.copyOf(ids, ids.length - 1);
    }

    Tensor tensor(String name) {
        try {
            return file.weights().tensor(name);
        } catch (ForetokenException e) {
            throw new AssertionError(e);
        }
    }

    int[] ids(String name) {
        Tensor longs = tensor(name).to(ScalarType.Long).contiguous();
        int[] ids = new int[(int) longs.numel()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) longs.select(0, i).item_long();
        }
        return ids;
    }

    /** Keys of the first positions as cached, [T, kvDim]. */
    static Tensor keys(KvCache cache, int layer, int rows) {
        return merged(cache.layer(layer).keys(), rows);
    }

    /** Values of the first positions, [T, kvDim]. */
    static Tensor values(KvCache cache, int layer, int rows) {
        return merged(cache.layer(layer).values(), rows);
    }

    private static Tensor merged(Tensor entries, int rows) {
        return entries.narrow(1, 0, rows).transpose(0, 1).reshape(rows, -1).to(ScalarType.Float);
    }

    /** CoreNet caches keys before RoPE: turns [T, kvDim] at positions 0, 1, … as ours are. */
    Tensor rotated(Tensor k_TD, int layer) {
        LayerShape shape = base.config().layers().get(layer);
        int half = shape.headDim() / 2;
        int rows = (int) k_TD.size(0);
        double[] frequencies = base.config().rope().frequencies(shape.headDim());
        float[] cos = new float[rows * half];
        float[] sin = new float[rows * half];
        for (int i = 0; i < cos.length; i++) {
            int position = i / half;
            double angle = position * frequencies[i % half];
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        Tensor c = Tensors.of(cos, rows, 1, half);
        Tensor s = Tensors.of(sin, rows, 1, half);
        Tensor heads = k_TD.view(rows, shape.kvHeads(), shape.headDim());
        Tensor first = heads.narrow(2, 0, half);
        Tensor second = heads.narrow(2, half, half);
        return torch.cat(
                        Tensors.vector(
                                first.mul(c).sub(second.mul(s)), second.mul(c).add(first.mul(s))),
                        2)
                .view(rows, shape.kvDim());
    }

    /** Largest difference in float32, over the norm of all in bfloat16. */
    void assertClose(Tensor found, Tensor expected, String what) {
        assertClose(found, expected, what, tolerance);
    }

    static void assertClose(Tensor found, Tensor expected, String what, double tolerance) {
        try (PointerScope scope = new PointerScope()) {
            assertThat(found.sizes().vec().get())
                    .as(what)
                    .isEqualTo(expected.sizes().vec().get());
            Tensor difference = found.to(ScalarType.Float).sub(expected);
            double error = tolerance < 1e-2
                    ? difference.abs().max().item_double()
                    : difference.norm().item_double() / expected.norm().item_double();
            assertThat(error).as(what).isLessThan(tolerance);
        }
    }

    @Override
    public void close() {
        file.close();
        setup.close();
        auxiliary.close();
        base.close();
        storedAuxiliary.close();
        storedBase.close();
    }
}
