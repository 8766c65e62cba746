package org.foretoken.calibrate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.torch.Inference;
import org.foretoken.torch.LibTorch;

/** Factors of inputs, each made when a link first asks: keys, values and every base layer that an input feeds share it. */
final class Factors implements AutoCloseable {
    private final ToDoubleFunction<InputSums> penalty;
    private final Map<InputSums, Ridge> known = new LinkedHashMap<>(16, 0.75f, true); // least recently asked first

    /** @param penalty a of (XᵀX + a·I) for an input */
    Factors(ToDoubleFunction<InputSums> penalty) {
        this.penalty = penalty;
    }

    /** A penalty that is a share of the mean square of the centred input. */
    static Factors relative(double lambda) {
        return new Factors(input -> lambda * input.meanSquare());
    }

    /** The factor of an input, to be closed by this. */
    Ridge of(InputSums input) {
        return known.computeIfAbsent(input, sums -> Ridge.of(sums, penalty.applyAsDouble(sums)));
    }

    /**
     * Fits the maps of links, as many at once as the engine has threads: OpenBLAS, which solves, has one.
     *
     * @return in the same order; the caller closes them
     * @throws ForetokenException when what comes out is no number: then the sums aren't, which were finite when they were gathered
     */
    List<Affine> solve(List<LinkSums> links) throws ForetokenException {
        Affine[] solved = new Affine[links.size()];
        try {
            List<Ridge> ridges = links.stream().map(link -> of(link.input())).toList();
            LibTorch.team().run(solved.length, (part, thread) -> {
                try (Inference mode = Inference.begin()) {
                    solved[part] =
                            affine(ridges.get(part).solve(links.get(part))).keep();
                }
            });
            if (!Arrays.stream(solved).allMatch(Affine::isFinite)) {
                throw new ForetokenException("The maps that fit these statistics have numbers that aren't finite: the"
                        + " statistics are damaged, or lambda is too large; calibrate again.");
            }
            return List.of(solved);
        } catch (ForetokenException | RuntimeException e) {
            Arrays.stream(solved).filter(Objects::nonNull).forEach(Affine::close);
            throw e;
        }
    }

    /** W̃ [in + 1, out] → W [out, in] and b. */
    private static Affine affine(Tensor map) {
        long in = map.size(0) - 1;
        return new Affine(map.narrow(0, 0, in).t(), map.select(0, in));
    }

    /** What had to be added to a diagonal beyond the penalty, as a share of its mean; 0 where nothing. */
    double jitter() {
        return known.values().stream().mapToDouble(Ridge::jitter).max().orElse(0);
    }

    /** Lets go of those least recently asked for until no more than that many bytes are held; the last one stays. */
    void trim(long bytes) {
        Iterator<Ridge> eldest = known.values().iterator();
        long held = known.values().stream().mapToLong(Ridge::bytes).sum();
        for (int left = known.size(); held > bytes && left > 1; left--) {
            Ridge ridge = eldest.next();
            held -= ridge.bytes();
            ridge.close();
            eldest.remove();
        }
    }

    @Override
    public void close() {
        known.values().forEach(Ridge::close);
        known.clear();
    }
}
