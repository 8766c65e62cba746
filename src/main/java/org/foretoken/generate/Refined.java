package org.foretoken.generate;

/**
 * When the exact cache took the predicted one's place, behind the first token.
 *
 * @param token first of the answer that was chosen from the exact cache, counted from 1: 1 where nothing was predicted, 0 when the answer ended before
 * @param atMillis when the exact cache was there, from the prompt's text in hand; 0 unless {@code token} is above 1
 * @param millis work on the exact cache, within {@link PhaseTimes#decode}
 * @param work prediction and refinement over the base's own prefill, in FLOPs of the exact definition; NaN when the answer ended before
 */
public record Refined(int token, double atMillis, double millis, double work) {
    /**
     * Tokens of the answer that the work is spread over unless one says otherwise. With few, little of the answer is from the predicted cache and little
     * is read again; with more, the pauses between the tokens are shorter.
     */
    public static final int TOKENS = 4;

    /** Whether the answer went on from an exact cache that was predicted before. */
    public boolean swapped() {
        return token > 1;
    }
}
