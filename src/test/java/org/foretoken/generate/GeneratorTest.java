package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.GenerationResult.Stop;
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
    /** Greedy, and what was seen has next to no chance. */
    private static final Sampling NO_TOKEN_TWICE = new Sampling(0, 0, 1, 0, 1e6, 0);

    private static final int[] PROMPT = new Random(3).ints(40, 3, KNOWN).toArray();

    @TempDir
    private Path folder;

    /** @param heard filled with what was said, piece by piece */
    private static GenerationResult answer(
            Decoder decoder,
            @Nullable Tokenizer tokenizer,
            Sampling sampling,
            Generator.Limits limits,
            List<String> heard)
            throws ForetokenException {
        Generator.Listener listener = new Generator.Listener() {
            @Override
            public void onFirst(PhaseTimes times) {}

            @Override
            public void onToken(int id, String text) {
                heard.add(text);
            }

            @Override
            public void onText(String text) {
                heard.add(text);
            }
        };
        GenerationResult result = new Generator(Arm.BASE, decoder, Arm.BASE.prefill(decoder, null, 1), tokenizer, 0)
                .run(() -> PROMPT, sampling, limits, listener, () -> {}, 2);
        assertThat(String.join("", heard)).isEqualTo(result.text());
        return result;
    }

    private static GenerationResult answer(Decoder decoder, @Nullable Tokenizer tokenizer) throws ForetokenException {
        return answer(decoder, tokenizer, new Sampling(2, 0, 1, 0, 1, 7), limits(48), new ArrayList<>());
    }

    private static Generator.Limits limits(int maxTokens, String... stops) {
        return new Generator.Limits(maxTokens, Set.of(), List.of(stops));
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

    /** An answer of tokens that spell these pieces, one each. */
    private GenerationResult spelt(List<String> pieces, List<String> heard, Generator.Limits limits) throws Exception {
        Kernels.here(Kernel.F32);
        try (StoredModel stored = StoredModel.open(BASE);
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE);
                Inference mode = Inference.begin()) {
            List<Integer> ids = answer(decoder, null, NO_TOKEN_TWICE, limits(pieces.size()), new ArrayList<>())
                    .ids();
            assertThat(ids).doesNotHaveDuplicates();
            write(pieces, ids);
            try (Tokenizer tokenizer = Tokenizer.ofFolder(folder)) {
                return answer(decoder, tokenizer, NO_TOKEN_TWICE, limits, heard);
            }
        }
    }

    private void write(List<String> pieces, List<Integer> ids) throws IOException {
        ByteTokenizer.write(folder, 127);
        Path file = folder.resolve("tokenizer.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = (ObjectNode) json.readTree(file.toFile());
        ObjectNode spelt = json.createObjectNode();
        root.at("/model/vocab").properties().forEach(entry -> {
            int at = ids.indexOf(entry.getValue().intValue());
            // spaces and line feeds as the alphabet of bytes has them
            spelt.put(
                    at < 0
                            ? entry.getKey()
                            : pieces.get(at).replace(' ', '\u0120').replace('\n', '\u010a'),
                    entry.getValue().intValue());
        });
        ((ObjectNode) root.path("model")).set("vocab", spelt);
        Files.writeString(file, root.toString());
    }

    /** @param expected heard until the stop string, of which nothing is */
    private void stopped(List<String> pieces, List<String> expected, String... stops) throws Exception {
        List<String> heard = new ArrayList<>();
        GenerationResult result = spelt(pieces, heard, limits(pieces.size() + 1, stops));
        assertThat(heard).isEqualTo(expected);
        assertThat(result.stop()).isEqualTo(Stop.STOP_STRING);
        assertThat(result.ids()).hasSameSizeAs(pieces);
    }

    @Test
    void nothingIsHeardOfAStopStringThatSpansTokens() throws Exception {
        stopped(List.of("a\n", "cl", "ass x"), List.of("a", "", ""), "\nclass", "\ndef");
        stopped(List.of("a\n", "de", "f x"), List.of("a", "", ""), "\nclass", "\ndef");
        stopped(List.of("x\n", "\n ", "y\nclass"), List.of("x", "\n\n ", "y"), "\nclass", "\ndef");
    }

    @Test
    void aStopStringMayBeginAnewInsideItself() throws Exception {
        stopped(List.of("aa", "ab!"), List.of("", "a"), "aab");
        stopped(List.of("x\n\n", "class "), List.of("x\n", ""), "\nclass");
    }

    @Test
    void theEarliestOfSeveralStopsEndsTheAnswer() throws Exception {
        stopped(List.of("a\ndef b\nclass c"), List.of("a"), "\nclass", "\ndef");
        stopped(List.of("so a", "b\ncd"), List.of("so ", ""), "\ncd", "ab");
    }

    @Test
    void whatOnlyBeganLikeAStopStringIsHeard() throws Exception {
        List<String> heard = new ArrayList<>();
        List<String> pieces = List.of("a\n", "cl", "ue");
        GenerationResult result = spelt(pieces, heard, limits(3, "\nclass", "\ndef"));
        assertThat(heard).containsExactly("a", "", "\nclue");
        assertThat(result.stop()).isEqualTo(Stop.MAX_TOKENS);
        heard.clear();
        spelt(pieces, heard, limits(2, "\nclass", "\ndef"));
        assertThat(heard).as("held back at the end").containsExactly("a", "", "\ncl");
        heard.clear();
        spelt(pieces, heard, limits(3, "", "\nclues"));
        assertThat(heard).as("an empty stop string stops nothing").containsExactly("a", "", "", "\nclue");
    }

    /** The decoding's time has the step that found the end, too. */
    @Test
    void theStepThatEndsAnAnswerIsCounted() throws Exception {
        Kernels.here(Kernel.F32);
        try (StoredModel stored = StoredModel.open(BASE);
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE);
                Inference mode = Inference.begin()) {
            GenerationResult whole = answer(decoder, null, NO_TOKEN_TWICE, limits(6), new ArrayList<>());
            assertThat(whole.times().decodedTokens()).isEqualTo(5);
            for (int end : new int[] {0, 1, 3}) {
                Generator.Limits limits =
                        new Generator.Limits(6, Set.of(whole.ids().get(end)), List.of());
                GenerationResult ended = answer(decoder, null, NO_TOKEN_TWICE, limits, new ArrayList<>());
                assertThat(ended.ids()).isEqualTo(whole.ids().subList(0, end));
                assertThat(ended.times().decodedTokens()).isEqualTo(end);
            }
        }
    }
}
