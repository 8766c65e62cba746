package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;
import org.foretoken.text.corpus.ByteTokenizer;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
    private static final Path BASE = Path.of("src/test/resources/golden/openelm-kvp-c/base");
    private static final int KNOWN = 61;
    private static final int[] PROMPT = new Random(3).ints(40, 3, KNOWN).toArray();

    @TempDir
    private Path folder;

    private static GenerationResult answer(Decoder decoder, @Nullable Tokenizer tokenizer) throws ForetokenException {
        StringBuilder heard = new StringBuilder();
        Generator.Listener listener = new Generator.Listener() {
            @Override
            public void onFirst(PhaseTimes times) {}

            @Override
            public void onToken(int id, String text) {
                heard.append(text);
            }

            @Override
            public void onText(String text) {
                heard.append(text);
            }
        };
        Generator.Limits limits = new Generator.Limits(48, Set.of(), List.of());
        GenerationResult result = new Generator(Arm.BASE, decoder, Arm.BASE.prefill(decoder, null, 1), tokenizer, 0)
                .run(() -> PROMPT, new Sampling(2, 0, 1, 0, 1, 7), limits, listener, () -> {}, 2);
        assertThat(heard.toString()).isEqualTo(result.text());
        return result;
    }

    /** An embedding padded to a round number of rows: the model may choose one that the tokenizer knows nothing of. */
    @Test
    void aTokenThatTheTokenizerLacksAddsNoText() throws Exception {
        Kernels.here(Kernel.F32);
        ByteTokenizer.write(folder, KNOWN - 1);
        try (StoredModel stored = StoredModel.open(BASE);
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE);
                Tokenizer tokenizer = Tokenizer.ofFolder(folder);
                Inference mode = Inference.begin()) {
            List<Integer> ids = answer(decoder, null).ids();
            int[] known = ids.stream()
                    .filter(id -> id < KNOWN)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(known).hasSizeBetween(1, ids.size() - 1);
            GenerationResult result = answer(decoder, tokenizer);
            assertThat(result.ids()).isEqualTo(ids);
            assertThat(result.text()).isEqualTo(tokenizer.decode(known));
        }
    }
}
