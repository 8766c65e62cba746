package org.foretoken.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.text.Tokenizer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws Exception {
        tokenizer = ByteTokenizer.in(folder.resolve("tokenizer"));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Corpus.Part read(Path path, @Nullable String template) throws ForetokenException {
        return read(new TextPart(path, 1, template), 1 << 20);
    }

    private Corpus.Part read(TextPart part, long most) throws ForetokenException {
        return Corpus.read(List.of(part), tokenizer, most, Progress.NONE)
                .parts()
                .get(0);
    }

    private static List<String> documents(Corpus.Part part) {
        String text = ByteTokenizer.text(part.tokens());
        assertThat(part.starts()).startsWith(0).isSorted();
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < part.starts().length; i++) {
            // the end-of-text token is one token and thirteen characters: cut in tokens
            int end = i + 1 < part.starts().length ? part.starts()[i + 1] : part.tokens().length;
            documents.add(ByteTokenizer.text(java.util.Arrays.copyOfRange(part.tokens(), part.starts()[i], end)));
        }
        assertThat(String.join("", documents)).isEqualTo(text);
        return documents;
    }

    private void refused(Path path, @Nullable String template, String... parts) {
        assertThatThrownBy(() -> read(path, template))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void aPlainFileIsOneDocumentUnlessItSaysOtherwise() throws Exception {
        assertThat(documents(read(write("a.txt", "One.\n\nTwo."), null))).containsExactly("One.\n\nTwo.");
        assertThat(documents(read(write("b.txt", "One.<|endoftext|>Two.<|endoftext|>"), null)))
                .containsExactly("One.<|endoftext|>", "Two.<|endoftext|>");
        assertThat(documents(read(write("c.txt", "\uFEFFOne."), null))).containsExactly("One.");
    }

    @Test
    void aRecordIsADocument() throws Exception {
        assertThat(documents(read(write("a.jsonl", "{\"text\":\"One.\",\"id\":1}\n\n{\"content\":\"Two.\"}"), null)))
                .containsExactly("One.", "Two.");
        assertThat(documents(
                        read(write("b.json", "[\n{\"text\":\"One.\"},\n{\"text\":\"\"},{\"text\":\"Two.\"}]"), null)))
                .containsExactly("One.", "Two.");
    }

    @Test
    void questionsAreOneRunningText() throws Exception {
        Path nq = write(
                "nq.jsonl",
                "{\"question\":\"who \\n wrote  it\",\"answer\":[\"Bob\",\"Al\"]}\n{\"question\":\"when\",\"answer\":[\"now\"]}\n");
        assertThat(documents(read(nq, TextPart.TRIVIAQA)))
                .containsExactly("Question: who wrote it\nAnswer: Bob\nQuestion: when\nAnswer: now\n");
        assertThat(documents(read(nq, "{question}? {answer}.\n\n")))
                .containsExactly("who \n wrote  it? Bob.\n\nwhen? now.\n\n");
    }

    @Test
    void readsEveryFormThatTriviaQaComesIn() throws Exception {
        String text = "Question: Who?\nAnswer: Al\n";
        String answer = "{\"Aliases\":[\"A\"],\"Value\":\"Al\"}";
        for (String json : List.of(
                "{\"Data\":[{\"Answer\":" + answer + ",\"Question\":\"Who?\"}],\"Version\":1.0}",
                "{\"question\":\"Who?\",\"answer\":" + answer.replace("Value", "value") + "}",
                "[{\"question\":\"Who?\",\"gold_answer\":\"Al\"}]",
                "{\"question\":\"Who?\",\"answers\":[\"Al\",\"A\"]}")) {
            assertThat(documents(read(write("q.json", json), TextPart.TRIVIAQA)))
                    .as(json)
                    .containsExactly(text);
        }
    }

    @Test
    void aFolderIsReadInOrderWithoutWhatIsNoText() throws Exception {
        write("data/b/2.txt", "two");
        write("data/a.txt", "one");
        Files.write(folder.resolve("data/c.jsonl.gz"), gzip("{\"text\":\"three\"}\n{\"text\":\"four\"}"));
        write("data/.hidden.txt", "no");
        write("data/.git/x.txt", "no");
        write("data/picture.png", "no");
        assertThat(documents(read(folder.resolve("data"), null))).containsExactly("one", "two", "three", "four");
        write("data/d.jsonl", "{\"q\":\"1\"}");
        Files.delete(folder.resolve("data/c.jsonl.gz"));
        assertThat(documents(read(folder.resolve("data"), "{q};"))).containsExactly("1;");
    }

    @Test
    void theHashIsThatOfTheBytes() throws Exception {
        String text = "h\u00e9llo ".repeat(3000);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        String plain = HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(read(write("a.txt", text), null).sha256()).isEqualTo(plain);
        byte[] zipped = gzip(text);
        Path file = Files.write(folder.resolve("a.txt.gz"), zipped);
        assertThat(read(file, null).sha256()).isEqualTo(HexFormat.of().formatHex(digest.digest(zipped)));
        assertThat(ByteTokenizer.text(read(file, null).tokens())).contains("h\u00c3\u00a9llo");
        assertThat(read(write("a.txt", text + "!"), null).sha256()).isNotEqualTo(plain);
    }

    @Test
    void stopsAtTheMostTokens() throws Exception {
        Path file = write("a.jsonl", "{\"text\":\"12345\"}\n".repeat(40) + "no json");
        Corpus.Part part = read(TextPart.of(file), 7);
        assertThat(documents(part)).containsExactly("12345", "12");
        Path text = write("a.txt", "12345");
        assertThat(read(TextPart.of(text), 5).tokens()).hasSize(5);
        Corpus both = Corpus.read(List.of(TextPart.of(text), TextPart.of(file)), tokenizer, 3, Progress.NONE);
        assertThat(both.parts()).allSatisfy(each -> assertThat(each.tokens()).hasSize(3));
    }

    @Test
    void sharesGoByWeight() throws Exception {
        TextPart first = new TextPart(write("a.txt", "a".repeat(1000)), 3, null);
        TextPart second = new TextPart(write("b.txt", "b".repeat(1000)), 1, null);
        TextPart third = new TextPart(write("c.txt", "c".repeat(1000)), 1e-6, null);
        assertThat(shares(100, first)).containsExactly(100);
        assertThat(shares(100, first, second)).containsExactly(75, 25);
        assertThat(shares(101, second, first)).containsExactly(25, 76);
        assertThat(shares(10, first, third, second)).containsExactly(7, 1, 2);
        assertThat(shares(1600, first, second)).containsExactly(1000, 400);
    }

    private List<Integer> shares(long tokens, TextPart... parts) throws ForetokenException {
        return Corpus.readShares(List.of(parts), tokenizer, tokens, Progress.NONE).parts().stream()
                .map(part -> part.tokens().length)
                .toList();
    }

    @Test
    void longTextIsCutWhereTheTokenizerCuts() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 800_000; i++) {
            text.append(i % 3 == 0 ? "\n \n = " : "\n")
                    .append("line ")
                    .append(i)
                    .append(" \uD83D\uDE00\u00e9");
        }
        Path file = write("long.txt", text.toString());
        Corpus.Part part = read(TextPart.of(file), Long.MAX_VALUE);
        assertThat(part.tokens()).isEqualTo(tokenizer.encode(text.toString()));
        assertThat(part.starts()).containsExactly(0);
        for (String unbroken : List.of("ab cd", "abc", "\uD83D\uDE00", "a\uD83D\uDE00")) {
            String repeated = unbroken.repeat(600_000 / unbroken.length());
            assertThat(read(write("odd.txt", repeated), null).tokens().length)
                    .isEqualTo(Math.min(1 << 20, repeated.getBytes(StandardCharsets.UTF_8).length));
        }
    }

    @Test
    void whatCannotBeReadIsASentence() throws Exception {
        refused(folder.resolve("no.txt"), null, "no.txt", "check the path");
        refused(write("empty.txt", ""), null, "empty.txt has no text in it");
        refused(write("empty.jsonl", "\n"), null, "empty.jsonl has no text in it");
        refused(write("zero.txt", "a\0b"), null, "zero.txt is a binary file");
        Path latin = Files.write(folder.resolve("latin.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        refused(latin, null, "latin.txt is not text in UTF-8");
        refused(
                write("a.jsonl", "{\"text\":\"x\"}\n\n{\"txt\":\"x\"}"),
                null,
                "a.jsonl, line 3, has no text",
                "'content'");
        refused(write("b.jsonl", "{\"text\":\"x\"}\n{\"text\":"), null, "b.jsonl, line 2: no JSON");
        refused(write("c.jsonl", "{\"question\":\"x\"}"), "{question}{answer}", "line 1, has nothing for {answer}");
        refused(write("d.json", "{\"Data\":[{\"question\":\"x\",\"answer\":[]}]}"), "triviaqa", "Data[0], has nothing");
        refused(write("e.jsonl", "{\"text\":\"x\"}"), "Question:", "'Question:' names no field");
        refused(write("f.txt", "x"), "{x}", "A template makes text of records, but", "f.txt is plain text");
        Path cut = Files.write(folder.resolve("cut.txt.gz"), java.util.Arrays.copyOf(gzip("some text".repeat(99)), 30));
        refused(cut, null, "cut.txt.gz is no whole gzip file");
        refused(write("g.txt.gz", "some text"), null, "g.txt.gz is no whole gzip file");
        Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("round")).resolve("again"), Path.of("."));
        refused(
                folder.resolve("round"),
                null,
                "round can't be read",
                "again can't (it is a link to a folder that it lies in)");
        assertThat(PartReader.isOf(List.of(".txt"), Path.of("/"))).isFalse();
        Files.createDirectories(folder.resolve("none"));
        refused(folder.resolve("none"), null, "none has no .txt", "name a folder with text");
        assertThatThrownBy(() -> read(new TextPart(latin, 0, null), 9))
                .hasMessageContaining("The weight 0.0 of")
                .isInstanceOf(ForetokenException.class);
    }

    @Test
    void saysHowFarItIsAndStopsWhenToldTo() throws Exception {
        Path file = write("a.txt", "word ".repeat(20_000));
        List<Long> done = new ArrayList<>();
        Corpus.read(List.of(TextPart.of(file)), tokenizer, 1 << 20, (what, now, total) -> {
            assertThat(what).isEqualTo("Reading a.txt");
            assertThat(total).isEqualTo(100_000);
            done.add(now);
        });
        assertThat(done).isSorted().startsWith(0L).endsWith(100_000L).hasSizeGreaterThan(5);
        assertThatThrownBy(() -> Corpus.read(List.of(TextPart.of(file)), tokenizer, 1 << 20, (what, now, total) -> {
                    if (now > 50_000) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void aFolderThatHoldsItselfIsNamed() throws Exception {
        write("texts/a.txt", "some text");
        Files.createSymbolicLink(folder.resolve("texts/round"), folder.resolve("texts"));
        assertThatThrownBy(() -> read(folder.resolve("texts"), null))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("texts/round", "a link to a folder that it lies in", "take that out")
                .hasMessageNotContaining("java.");
    }

    /** Past its limits the parser says what was wrong, not where. */
    @Test
    void recordsThatPassTheParsersLimitsAreSentences() throws Exception {
        for (String record : List.of(
                "[".repeat(2000),
                "{\"text\": ".repeat(2000),
                "{\"text\": \"" + "long ".repeat(5_000_000) + "\"}",
                "{\"text\": \"a\", \"n\": " + "9".repeat(2000) + "}")) {
            Path file = write("limits.jsonl", record);
            assertThatThrownBy(() -> read(file, null))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("limits.jsonl", "no JSON that can be read");
        }
    }

    @Test
    void aByteOrderMarkIsNoText() throws Exception {
        String record = "{\"text\": \"some text\"}";
        int[] tokens = read(write("plain.jsonl", record), null).tokens();
        assertThat(read(write("marked.jsonl", "\uFEFF" + record), null).tokens())
                .isEqualTo(tokens);
    }

    @Test
    void anEmptyGzipFileIsASentence() throws Exception {
        assertThatThrownBy(() -> read(write("empty.txt.gz", ""), null))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("empty.txt.gz", "it ends too early")
                .hasMessageNotContaining("null");
    }

    /** A quotient of such a weight is infinite: nothing would be held out. */
    @Test
    void weightsThatOverflowAreNoShares() throws Exception {
        Path file = write("text.txt", "some text");
        for (double weight : new double[] {0, -1, 1e-320, 1e308, Double.NaN}) {
            assertThatThrownBy(() -> read(new TextPart(file, weight, null), 10))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("text.txt", "is no share");
        }
    }
}
