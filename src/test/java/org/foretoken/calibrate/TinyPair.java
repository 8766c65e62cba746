package org.foretoken.calibrate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Tiny OpenELMs: a base of 4 layers whose widths differ, with q_norm and k_norm, and an auxiliary of 2 with weights of its own; context of 256,
 * vocabulary of 128. Closes whatever it was given to keep.
 */
final class TinyPair implements AutoCloseable {
    static final Path FOLDER = Path.of("src/test/resources/golden/openelm-kvp-c");

    private final List<AutoCloseable> opened = new ArrayList<>();
    final Decoder base;
    final Decoder auxiliary;

    TinyPair(Kernel kernel) throws ForetokenException {
        Kernels.here(kernel);
        base = load("base", kernel);
        auxiliary = load("auxiliary", kernel);
    }

    private Decoder load(String name, Kernel kernel) throws ForetokenException {
        StoredModel stored = keep(StoredModel.open(FOLDER.resolve(name)));
        return keep(stored.load(kernel, Progress.NONE));
    }

    /** Closes it first when this is closed. */
    <T extends AutoCloseable> T keep(T opening) {
        opened.addFirst(opening);
        return opening;
    }

    /** A setup of the base and an auxiliary. */
    Setup setup(Decoder auxiliary, @Nullable List<Integer> select, LayerMap map, Source source)
            throws ForetokenException {
        return keep(new Setup(base, auxiliary, select, map, source));
    }

    /** The pair by the paper's map. */
    Setup paper(Source source) throws ForetokenException {
        return setup(auxiliary, null, new LayerMap(List.of(0, 0, 1, 1)), source);
    }

    /** With the predictor of the golden values that CoreNet computed. */
    Setup predicting() throws ForetokenException {
        Setup setup = paper(Source.KV);
        setup.readPredictor(FOLDER.resolve("predictor.safetensors"));
        return setup;
    }

    /** The same tokens for the same seed. */
    static int[] tokens(int seed, int count) {
        return new Random(seed).ints(count, 3, 120).toArray();
    }

    /** A check of a setup. */
    interface Check {
        void on(Setup setup) throws Exception;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }
}
