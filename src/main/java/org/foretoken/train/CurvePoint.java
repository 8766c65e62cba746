package org.foretoken.train;

/**
 * One point of training's curves.
 *
 * @param step after how many steps; 0 before the first
 * @param heldOut whether it is a validation; otherwise the step's own text before its update
 * @param tokens trained on so far
 * @param seconds of training so far, of all sessions together
 * @param loss what training goes down
 * @param learningRate of the step; 0 of a validation
 * @param gradientNorm before clipping; 0 of a validation
 */
public record CurvePoint(
        long step,
        boolean heldOut,
        long tokens,
        double seconds,
        double loss,
        double learningRate,
        double gradientNorm,
        Losses losses) {}
