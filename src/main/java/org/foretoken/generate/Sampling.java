package org.foretoken.generate;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 is greedy
 * @param topK keep the k likeliest; 0 keeps all
 * @param topP keep the likeliest until their probability reaches this; 1 keeps all
 * @param minP keep those at least this share of the likeliest's probability; 0 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen before; 1 is none
 * @param seed of the random numbers
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {
    /** The arg max, every time. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

    /** The same with another seed. */
    public Sampling withSeed(long other) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, other);
    }
}
