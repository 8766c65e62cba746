package org.foretoken.eval;

import java.util.List;
import org.foretoken.generate.Sampling;
import org.jspecify.annotations.Nullable;

/**
 * Under what conditions answers were given: the first line of their file. Answers under other conditions don't belong into it.
 *
 * @param format version of the file's form
 * @param program version that answers
 * @param task its name
 * @param taskSha256 of its definition
 * @param dataSha256 of the data file
 * @param arm who answers: base, kv or auxiliary
 * @param tail prompt tokens that the base reads itself; null but for KV prediction
 * @param base hash of its weights
 * @param auxiliary hash of its weights; null where they are the base's, or for a model alone
 * @param selectLayers the base's layers that the auxiliary consists of; null for another auxiliary
 * @param layerMap null but for KV prediction
 * @param source what the predictor reads; null but for KV prediction
 * @param predictor hash of its weights; null but for KV prediction
 * @param samples answers to each question; null but for a task whose answers are run
 * @param sampling how they are drawn, the first one's seed at the first question; null as {@code samples}
 * @param python version that runs them; null as {@code samples}
 * @param kernel that weights are multiplied by
 */
public record AnswerHeader(
        int format,
        String program,
        String task,
        int taskVersion,
        String taskSha256,
        String dataSha256,
        int shots,
        String arm,
        @Nullable Integer tail,
        String base,
        @Nullable String auxiliary,
        @Nullable List<Integer> selectLayers,
        @Nullable List<Integer> layerMap,
        @Nullable String source,
        @Nullable String predictor,
        @Nullable Integer samples,
        @Nullable Sampling sampling,
        @Nullable String python,
        String kernel,
        int threads) {
    /** The form of today. */
    public static final int FORMAT = 1;
}
