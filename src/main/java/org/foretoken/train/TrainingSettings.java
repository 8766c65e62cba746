package org.foretoken.train;

import org.foretoken.ForetokenException;
import org.foretoken.text.corpus.Packing;

/**
 * How training goes, whatever is trained.
 *
 * @param steps of the optimiser
 * @param batch sequences a step
 * @param microBatch sequences that a thread takes through the models at once: fewer take less memory
 * @param length tokens of a sequence, padding included
 * @param packing how documents become sequences
 * @param learningRate at its peak
 * @param warmUp steps until it is reached
 * @param decay weight decay of matrices
 * @param clip largest norm of a step's gradient
 * @param validateEvery steps between validations
 * @param heldOutFraction of each text's end that is never trained on
 * @param heldOutSequences that a validation reads at most
 * @param patience validations without a better one after which training stops; 0 for never
 * @param seed of the order of the text and of what begins at random
 */
public record TrainingSettings(
        long steps,
        int batch,
        int microBatch,
        int length,
        Packing packing,
        double learningRate,
        long warmUp,
        double decay,
        double clip,
        long validateEvery,
        double heldOutFraction,
        int heldOutSequences,
        int patience,
        long seed) {
    /** Steps that so many tokens take. */
    public static long stepsFor(long tokens, int batch, int length) {
        return Math.ceilDiv(tokens, (long) batch * length);
    }

    /** Highest learning rate that float32 takes with all its corrections. */
    private static final double HIGHEST_RATE = 1e36;

    /** Refuses what can't be computed with. */
    public void check() throws ForetokenException {
        String fault = null;
        if (!(learningRate > 0 && learningRate < HIGHEST_RATE)) {
            fault = "a learning rate of " + learningRate + " can't be: give one such as 3e-4";
        } else if (!(clip > 0) || !(decay >= 0 && decay * learningRate < 1)) {
            fault = "clip must be above 0, and weight decay 0 or more and below 1 / learning rate";
        } else if (!(heldOutFraction > 0 && heldOutFraction < 1) || heldOutSequences < 1) {
            fault = "some text must be held out: give a part between 0 and 1, such as 0.1, and a sequence or more";
        } else if (warmUp < 0 || patience < 0) {
            fault = "warm-up and patience are 0 or more";
        } else if (steps < 1 || batch < 1 || microBatch < 1 || length < 2 || validateEvery < 1) {
            fault = "steps, batch, micro-batch and steps between validations are 1 or more, sequences 2 tokens or more";
        }
        if (fault != null) {
            throw new ForetokenException("Training can't begin: " + fault + ".");
        }
    }

    /** AdamW's constants: those of the paper. */
    AdamW.Settings adam() {
        return new AdamW.Settings(0.9, 0.95, 1e-8, decay, clip);
    }
}
