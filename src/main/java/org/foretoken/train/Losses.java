package org.foretoken.train;

import java.util.List;

/**
 * What training looks at, as means; terms that nobody asked for are 0.
 *
 * @param divergence KL(base ‖ predicted) of the next token, nats
 * @param topOne share of positions where base and predicted find the same token most likely; in validation only
 * @param base cross-entropy of the base that reads the predicted cache, or of the language model
 * @param baseZ its logsumexp², unweighted
 * @param auxiliary cross-entropy of the auxiliary
 * @param auxiliaryZ its logsumexp², unweighted
 * @param reference cross-entropy of the base by itself; in validation only
 * @param keys for each base layer the mean absolute error of an entry of K̂, after k_norm; 0 where nothing is predicted
 * @param values likewise of V̂
 */
public record Losses(
        double divergence,
        double topOne,
        double base,
        double baseZ,
        double auxiliary,
        double auxiliaryZ,
        double reference,
        List<Double> keys,
        List<Double> values) {
    public Losses {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
    }
}
