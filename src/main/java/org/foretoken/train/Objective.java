package org.foretoken.train;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What is trained, and towards what. */
interface Objective extends AutoCloseable {
    /**
     * All positions of a step, of which its loss is the mean, in as many batches as it takes.
     *
     * @param positions tokens, padding left out
     * @param predicted tokens that have a next one
     */
    record Whole(long positions, long predicted) {}

    /** What is trained, by name, in a fixed order: leaves in float32. */
    Map<String, Tensor> parameters();

    /**
     * The same objective for another thread: its parameters are leaves of their own, with gradients of their own, in the same memory as these. To be
     * closed before this one.
     */
    Objective twin();

    /** Layers that {@link Losses#keys} and {@link Losses#values} are of. */
    int layers();

    /** Adds the gradients of one batch's part of the step's loss to the parameters' {@code grad}, and its losses to the sums. */
    void backward(Batch batch, Whole whole, LossSums sums);

    /**
     * Looks at held-out text, without gradients.
     *
     * @param from first position of each sequence that counts
     */
    void measure(Batch batch, int from, LossSums sums);

    /** The loss that a step goes down. */
    double loss(Losses means);

    /** What a validation is judged by, lower being better. */
    double score(Losses means);

    @Override
    void close();
}
