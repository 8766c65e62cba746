package org.foretoken.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.foretoken.Progress;
import org.foretoken.text.Tokenizer;
import org.junit.jupiter.api.Test;

/** The text, the quiz and the tokenizer of the sample models. */
class SampleTextTest {
    private static final Path FOLDER = Path.of("sample-models");
    private static final Path TRAIN = FOLDER.resolve("data/train.txt.gz");
    private static final String END = "<|endoftext|>";

    private static String text() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(TRAIN))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theQuizAsksForWhatTheTextTeachesInOtherWords() throws IOException {
        Set<String> asked = new HashSet<>();
        Map<String, Integer> answered = new HashMap<>();
        for (String line : text().split("\n", -1)) {
            int question = line.indexOf("Question: ");
            if (question >= 0) {
                asked.add(line.substring(question));
            } else if (line.startsWith("Answer: ")) {
                answered.merge(line, 1, Integer::sum);
            }
        }
        Map<String, Integer> splits = new HashMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve("data/quiz.jsonl"))) {
            JsonNode question = new ObjectMapper().readTree(line);
            assertThat(asked)
                    .doesNotContain("Question: " + question.path("question").textValue());
            // seven ways to ask, each twice
            assertThat(answered.get("Answer: " + question.at("/answers/0").textValue()))
                    .as(line)
                    .isGreaterThanOrEqualTo(14);
            splits.merge(question.path("split").textValue(), 1, Integer::sum);
        }
        assertThat(splits).isEqualTo(Map.of("test", 500, "valid", 2500, "wording", 300));
    }

    @Test
    void theTokenizerReadsTheText() throws Exception {
        try (Tokenizer tokenizer = Tokenizer.ofFolder(FOLDER.resolve("tokenizer"))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
            assertThat(tokenizer.endOfText()).containsExactly(0);
            assertThat(tokenizer.bos()).hasValue(0);
            assertThat(tokenizer.encode("a", true)).isEqualTo(tokenizer.encode("a"));
            String text = text();
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            String odd = "\u00c9l\u00e8ve \uD83D\uDE00\t\u4e2d\u6587  x\n\n\u0000";
            assertThat(tokenizer.decode(tokenizer.encode(odd))).isEqualTo(odd);

            Corpus corpus = Corpus.read(List.of(TextPart.of(TRAIN)), tokenizer, Long.MAX_VALUE, Progress.NONE);
            Corpus.Part part = corpus.parts().get(0);
            assertThat(part.tokens()).isEqualTo(tokenizer.encode(text));
            assertThat(part.tokens().length).isBetween(950_000, 1_020_000);
            assertThat(part.starts()).hasSize(text.split(Pattern.quote(END)).length);
        }
    }
}
