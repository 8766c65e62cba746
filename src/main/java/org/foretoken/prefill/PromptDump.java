package org.foretoken.prefill;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** Everything that a model and a setup compute for one prompt, in a safetensors file. */
public final class PromptDump {
    private PromptDump() {}

    /**
     * Writes, in float32, {@code logits} [T, vocabulary], {@code k_projected.N}, {@code k_rotated.N} and {@code v.N} [T, kvDim] of the base; of a setup
     * also {@code predicted_k_rotated.N}, {@code predicted_v.N} [T - 1, kvDim] and {@code first_logits} [vocabulary]: the last prompt token through the
     * predicted cache.
     *
     * @param setup on that base and able to predict, or null
     * @param out the file, replaced if it exists
     */
    public static void write(Decoder base, @Nullable Setup setup, int[] ids, Path out) throws ForetokenException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (Inference mode = Inference.begin()) {
            exact(base, ids, tensors);
            if (setup != null) {
                predicted(setup, ids, tensors);
            }
            SafetensorsWriter.write(
                    out, tensors, Map.of("format", "pt", "kernel", base.kernel().label()));
        }
    }

    private static void exact(Decoder base, int[] ids, Map<String, Tensor> tensors) {
        try (KvCache cache = base.newCache(ids.length)) {
            Tensor[] keys = new Tensor[base.config().layers().size()];
            Tensor[] values = new Tensor[keys.length];
            LayerTap collect = new LayerTap() {
                @Override
                public void projected(int layer, int start, Tensor k, Tensor v) {
                    keys[layer] = appended(keys[layer], k);
                    values[layer] = appended(values[layer], v);
                }
            };
            tensors.put("logits", base.prefillAll(ids, cache, collect));
            for (int i = 0; i < keys.length; i++) {
                tensors.put("k_projected." + i, owned(keys[i]));
                tensors.put("v." + i, owned(values[i]));
                tensors.put("k_rotated." + i, merged(cache.layer(i).keys(), ids.length));
            }
        }
    }

    private static void predicted(Setup setup, int[] ids, Map<String, Tensor> tensors) {
        try (KvCache cache = setup.base().newCache(ids.length)) {
            float[] first = new KvPredictionPrefill(setup, 1).fill(ids, cache, new PhaseClock());
            for (int i = 0; i < setup.base().config().layers().size(); i++) {
                tensors.put("predicted_k_rotated." + i, merged(cache.layer(i).keys(), ids.length - 1));
                tensors.put("predicted_v." + i, merged(cache.layer(i).values(), ids.length - 1));
            }
            tensors.put("first_logits", Tensors.of(Arrays.copyOf(first, first.length), first.length));
        }
    }

    /** A tap's tensors die with its call: this one lives until it is put into the caller's scope. */
    private static Tensor appended(@Nullable Tensor before, Tensor rows) {
        try (PointerScope scope = new PointerScope()) {
            Tensor copy = rows.to(ScalarType.Float).contiguous().clone();
            if (before == null) {
                return Tensors.keep(copy);
            }
            Tensor all = Tensors.keep(torch.cat(Tensors.vector(before, copy), 0));
            before.close();
            return all;
        }
    }

    private static Tensor owned(Tensor kept) {
        Tensor inScope = new Tensor(kept);
        kept.close();
        return inScope;
    }

    /** [kvHeads, capacity, headDim] → the first rows as [rows, kvDim], float32. */
    private static Tensor merged(Tensor cached, long rows) {
        return cached.narrow(1, 0, rows)
                .transpose(0, 1)
                .to(ScalarType.Float)
                .reshape(rows, cached.size(0) * cached.size(2))
                .clone();
    }
}
