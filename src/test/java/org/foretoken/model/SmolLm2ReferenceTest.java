package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real model in float32 against transformers: logits of prompts, likelihood of text. */
@Tag("shared")
class SmolLm2ReferenceTest {
    @Test
    void logitsAndLikelihoodsAreTheReferences() throws Exception {
        LibTorch.start(2, notice -> {});
        ObjectMapper json = new ObjectMapper();
        try (StoredModel stored = StoredModel.open(Shared.smollm2());
                Tokenizer tokenizer = Tokenizer.ofGguf(stored.path(), ((GgufFile) stored.checkpoint()).metadata());
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE);
                InferenceMode mode = new InferenceMode(true)) {
            JsonNode prompts = json.readTree(
                            Shared.path("golden/smollm2-reference.json").toFile())
                    .path("prompts");
            assertThat(prompts).hasSize(5);
            prompts.forEach(prompt -> topLogits(decoder, prompt));

            JsonNode likelihood =
                    json.readTree(Shared.path("golden/smollm2-wikitext2.json").toFile());
            int[] text = tokenizer.encode(Files.readString(Shared.path("data/wikitext2-valid.txt")));
            int length = likelihood.path("window").asInt();
            double sum = 0;
            for (int i = 0; i < likelihood.path("windows").asInt(); i++) {
                double found = negativeLogLikelihood(decoder, Arrays.copyOfRange(text, i * length, (i + 1) * length));
                assertThat(found)
                        .as("window %d", i)
                        .isCloseTo(likelihood.path("window_nll").get(i).asDouble(), within(1e-3));
                sum += found;
            }
            assertThat(Math.exp(sum / likelihood.path("windows").asInt()))
                    .isCloseTo(likelihood.path("perplexity").asDouble(), within(0.02));
        }
    }

    private static void topLogits(Decoder decoder, JsonNode prompt) {
        JsonNode ids = prompt.path("ids");
        int[] tokens = new int[ids.size()];
        Arrays.setAll(tokens, i -> ids.get(i).asInt());
        try (KvCache cache = decoder.newCache(tokens.length)) {
            float[] logits = decoder.prefill(tokens, cache);
            for (int i = 0; i < 20; i++) {
                assertThat((double) logits[prompt.path("top_ids").get(i).asInt()])
                        .isCloseTo(prompt.path("top_logits").get(i).asDouble(), within(2e-3));
            }
        }
    }

    private static double negativeLogLikelihood(Decoder decoder, int[] window) {
        try (PointerScope scope = new PointerScope();
                KvCache cache = decoder.newCache(window.length)) {
            Tensor logits = decoder.prefillAll(window, cache, LayerTap.NONE);
            Tensor targets = Tensors.of(Arrays.copyOfRange(window, 1, window.length));
            return torch.cross_entropy_loss(logits.narrow(0, 0, window.length - 1), targets)
                    .item_double();
        }
    }
}
