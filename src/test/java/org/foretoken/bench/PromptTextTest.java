package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.text.Tokenizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PromptTextTest {
    @Test
    @Tag("shared")
    void smollm2sPromptsHaveTheWishedLengthOrSaySo() throws ForetokenException {
        try (GgufFile file = GgufFile.open(Shared.smollm2());
                Tokenizer tokenizer = Tokenizer.ofGguf(file.path(), file.metadata())) {
            check(tokenizer);
            String text = PromptText.of(tokenizer, 2000).text();
            assertThat(text.substring(0, 1000)).isNotEqualTo(text.substring(text.length() - 1000));
            // the text as it is has at least 2,000 tokens; longer prompts repeat it
            assertThat(text.indexOf("The river and the notebook"))
                    .isEqualTo(text.lastIndexOf("The river and the notebook"));
        }
    }

    @Test
    @Tag("shared")
    void aTokenizerThatPutsATokenInFrontIsCountedWithIt() throws ForetokenException {
        try (Tokenizer tokenizer = Tokenizer.ofFolder(Shared.path("models/stories260K"))) {
            assertThat(tokenizer.encode("a", true)).hasSize(tokenizer.encode("a").length + 1);
            check(tokenizer);
        }
    }

    private static void check(Tokenizer tokenizer) {
        for (int wished : new int[] {1, 2, 16, 128, 511, 512, 1024, 2000, 9000}) {
            PromptText prompt = PromptText.of(tokenizer, wished);
            assertThat(tokenizer.encode(prompt.text(), true)).hasSize(prompt.tokens());
            // one token is not to be had where the tokenizer puts one in front of every text
            boolean inFront = tokenizer.encode("a", true).length > tokenizer.encode("a").length;
            int least = wished == 1 && inFront ? 2 : wished;
            assertThat(prompt.tokens()).as("%d tokens", wished).isBetween(least, wished + 1);
        }
    }

    @Test
    void idsAreTheSameEveryTimeAndInsideTheVocabulary() {
        int[] ids = PromptText.ids(100, 500);
        assertThat(ids).hasSize(500).isEqualTo(PromptText.ids(100, 500));
        for (int id : ids) {
            assertThat(id).isBetween(0, 99);
        }
    }
}
