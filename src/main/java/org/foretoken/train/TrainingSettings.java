package org.foretoken.train;

/**
 * How training goes, whatever is trained.
 *
 * @param steps of the optimiser
 * @param batch sequences a step
 * @param microBatch sequences that go through the models at once: fewer take less memory
 * @param length tokens of a sequence
 * @param bounded whether documents packed into a sequence are kept apart
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
        boolean bounded,
        double learningRate,
        long warmUp,
        double decay,
        double clip,
        long validateEvery,
        double heldOutFraction,
        int heldOutSequences,
        int patience,
        long seed) {
    /** AdamW's constants: those of the paper. */
    AdamW.Settings adam() {
        return new AdamW.Settings(0.9, 0.95, 1e-8, decay, clip);
    }
}
