package org.foretoken.train;

import java.util.Arrays;
import java.util.List;

/** {@link Losses} on the way to their means: sums over positions of one or more batches. */
final class LossSums {
    long positions; // of divergence and agreements
    long predicted; // of everything else
    double divergence;
    long agreements;
    double base;
    double baseZ;
    double auxiliary;
    double auxiliaryZ;
    double reference;
    final double[] keys;
    final double[] values;

    /** @param layers of the base */
    LossSums(int layers) {
        keys = new double[layers];
        values = new double[layers];
    }

    void add(LossSums other) {
        positions += other.positions;
        predicted += other.predicted;
        divergence += other.divergence;
        agreements += other.agreements;
        base += other.base;
        baseZ += other.baseZ;
        auxiliary += other.auxiliary;
        auxiliaryZ += other.auxiliaryZ;
        reference += other.reference;
        for (int i = 0; i < keys.length; i++) {
            keys[i] += other.keys[i];
            values[i] += other.values[i];
        }
    }

    Losses means() {
        double all = Math.max(1, positions);
        double next = Math.max(1, predicted);
        return new Losses(
                divergence / all,
                agreements / all,
                base / next,
                baseZ / next,
                auxiliary / next,
                auxiliaryZ / next,
                reference / next,
                means(keys, next),
                means(values, next));
    }

    private static List<Double> means(double[] sums, double count) {
        return Arrays.stream(sums).mapToObj(sum -> sum / count).toList();
    }
}
