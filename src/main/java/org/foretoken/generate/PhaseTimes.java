package org.foretoken.generate;

/**
 * Where the time of one answer went, in milliseconds.
 *
 * @param tokenise text to ids
 * @param auxiliary the auxiliary reading the prompt; 0 for a plain prefill
 * @param predict maps from the auxiliary's cache to the base's; 0 for a plain prefill
 * @param firstStep the base reading what is left to it (all of the prompt in a plain prefill), to the first token's id
 * @param decode all later tokens, and what making the cache exact took between them ({@link Refined#millis})
 * @param decodedTokens how many those were, with the one that ended the text and is none of the answer's: it took as long as the others
 */
public record PhaseTimes(
        double tokenise, double auxiliary, double predict, double firstStep, double decode, int decodedTokens) {
    /** Time to first token: from the prompt's text in hand to the first token's id. */
    public double ttft() {
        return tokenise + auxiliary + predict + firstStep;
    }

    /** Tokens a second after the first; NaN when there was only one. */
    public double tokensPerSecond() {
        return decodedTokens == 0 ? Double.NaN : decodedTokens / decode * 1e3;
    }
}
