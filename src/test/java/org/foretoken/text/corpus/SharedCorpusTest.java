package org.foretoken.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.text.Tokenizer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real files by a real tokenizer. */
@Tag("shared")
class SharedCorpusTest {
    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws Exception {
        try (GgufFile file = GgufFile.open(Shared.smollm2())) {
            tokenizer = Tokenizer.ofGguf(file.path(), file.metadata());
        }
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private Corpus.Part read(Path path, @Nullable String template, int most) throws Exception {
        return Corpus.read(List.of(new TextPart(path, 1, template)), tokenizer, most, Progress.NONE)
                .parts()
                .get(0);
    }

    @Test
    void aTextsFirstTokensAreThoseOfTheWholeText() throws Exception {
        Path wiki = Shared.path("data/wikitext2-valid.txt");
        int[] all = tokenizer.encode(Files.readString(wiki));
        assertThat(read(wiki, null, 8192).tokens()).isEqualTo(Arrays.copyOf(all, 8192));
        Corpus.Part whole = read(wiki, null, 1 << 30);
        assertThat(whole.tokens()).isEqualTo(all);
        assertThat(whole.starts()).containsExactly(0);
    }

    @Test
    void questionFilesAreFewShotText() throws Exception {
        Corpus.Part nq = read(Shared.path("data/NQ-open.dev.jsonl"), TextPart.TRIVIAQA, 1 << 30);
        assertThat(tokenizer.decode(nq.tokens()))
                .startsWith("Question: when was the last time anyone was on the moon\nAnswer: 14 December 1972 UTC\n"
                        + "Question: who wrote he ain't heavy he's my brother lyrics\nAnswer: Bobby Scott\nQuestion: ")
                .doesNotContain("\n\n");
        assertThat(nq.starts()).containsExactly(0);
        assertThat(tokenizer.decode(read(Shared.path("data/triviaqa-150.json"), TextPart.TRIVIAQA, 1 << 30)
                        .tokens()))
                .startsWith(
                        "Question: What spirit is added to tomato juice to make a Bloody Maria?\nAnswer: Tequila\n");
        assertThat(tokenizer.decode(read(Shared.path("data/triviaqa-official-sample.json"), TextPart.TRIVIAQA, 99)
                        .tokens()))
                .isEqualTo("Question: Which Lloyd Webber musical premiered in the US on 10th December 1993?\nAnswer:"
                        + " Sunset Boulevard\n");
        String code =
                tokenizer.decode(read(Shared.path("data/HumanEval.jsonl.gz"), "{prompt}{canonical_solution}\n", 1 << 30)
                        .tokens());
        assertThat(code)
                .startsWith("from typing import List\n")
                .contains("\n    for idx, elem in enumerate(numbers):\n");
        assertThat(code.split("\ndef ", -1).length).isGreaterThan(164);
    }

    @Test
    void aMixIsDealtByWeight() throws Exception {
        Corpus corpus = Corpus.read(
                List.of(
                        TextPart.of(Shared.path("data/wikitext2-valid.txt")),
                        new TextPart(Shared.path("data/NQ-open.dev.jsonl"), 1, TextPart.TRIVIAQA)),
                tokenizer,
                1 << 30,
                Progress.NONE);
        TokenStream stream = new TokenStream(corpus, 256, Packing.PACKED, 0.1, 1);
        for (int i = 0; i < 8; i++) {
            assertThat(tokenizer.decode(stream.at(i).tokens()).contains("\nAnswer: "))
                    .isEqualTo(i % 2 == 1);
        }
        assertThat(stream.heldOut(4).stream()
                        .filter(each -> tokenizer.decode(each.tokens()).contains("\nAnswer: ")))
                .hasSize(2);
    }
}
