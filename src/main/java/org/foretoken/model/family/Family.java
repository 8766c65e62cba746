package org.foretoken.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;

/** A model family: how its files say what the decoder must know. */
interface Family {
    /** The name that users know. */
    String name();

    /** The entry of config.json's {@code architectures}. */
    String hubArchitecture();

    /** The value of GGUF's {@code general.architecture}, or null where llama.cpp has none. */
    String ggufArchitecture();

    /** From a config.json. */
    DecoderConfig fromHub(Keys keys) throws ForetokenException;

    /**
     * From GGUF metadata.
     *
     * @param keys without the architecture's prefix
     * @param facts what only the tensors tell
     */
    DecoderConfig fromGguf(Keys keys, GgufFacts facts) throws ForetokenException;

    /**
     * The config.json that {@link #fromHub} reads as the same decoder.
     *
     * @throws ForetokenException when the family's files have no words for it
     */
    ObjectNode toHub(DecoderConfig config) throws ForetokenException;

    WeightNames hubNames();

    WeightNames ggufNames();

    /** Whether GGUF files of this family store the rows of q and k for RoPE on adjacent pairs, to be undone. */
    default boolean ggufPairsRope() {
        return false;
    }

    /**
     * What a GGUF file's tensors tell of a model.
     *
     * @param vocabulary rows of the embedding
     * @param tied no output head of its own
     * @param qkvBias the first layer's projections have biases
     * @param outBias the first layer's output projection has one
     * @param ropeDivisors of RoPE's frequencies, empty where not stored
     */
    record GgufFacts(
            int vocabulary, boolean tied, boolean qkvBias, boolean outBias, java.util.List<Double> ropeDivisors) {}
}
