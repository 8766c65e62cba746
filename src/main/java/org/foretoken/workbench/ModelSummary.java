package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.model.DecoderConfig;

/**
 * What the headers of a model say; no weight was read for it.
 *
 * @param name for lists and chips
 * @param format "Hub folder" or "GGUF"
 * @param dtype of most weights as stored, such as "Q4_1"
 * @param tokenizer such as "byte-level BPE, 49,152 tokens"; empty when there is none
 * @param tokenizerFingerprint equal for models that can share prompts; empty without a tokenizer
 * @param hash identifies the weights
 * @param examples prompts that the model brings, if any
 */
public record ModelSummary(
        String name,
        Path path,
        String format,
        DecoderConfig config,
        String dtype,
        long fileBytes,
        Optional<String> tokenizer,
        Optional<String> tokenizerFingerprint,
        boolean chatTemplate,
        String hash,
        MemoryNeed memory,
        List<PromptExample> examples) {
    /**
     * Memory that running it takes, in bytes.
     *
     * @param kernel the one it would run with
     * @param chosen false before this machine's fastest kernel is known: it may be float32, which takes up to twice as much
     * @param prefillWeights packed for prompts
     * @param decodeWeights packed for single tokens
     * @param embedding the table that tokens are looked up in
     * @param cachePerToken keys and values of one position
     */
    public record MemoryNeed(
            String kernel,
            boolean chosen,
            long prefillWeights,
            long decodeWeights,
            long embedding,
            long cachePerToken) {
        /** What to say beside the bytes where the kernel isn't chosen. */
        public static final String UNSURE = "up to twice as much if f32 turns out to be faster here";

        /** All weights together. */
        public long weights() {
            return prefillWeights + decodeWeights + embedding;
        }
    }
}
