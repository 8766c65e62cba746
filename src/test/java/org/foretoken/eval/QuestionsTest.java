package org.foretoken.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.eval.Questions.Question;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks and data files: what is asked, and the sentence when it can't be. */
class QuestionsTest {
    private static final String OFFICIAL = """
            {"Data": [{"Answer": {"Aliases": ["Sunset Blvd", "Sunset Boulevard"], "NormalizedAliases": ["sunset blvd"],
              "Value": "Sunset Boulevard"}, "Question": "Which musical?", "QuestionId": "tc_33", "SearchResults": [{"Rank": 0}]}],
             "Domain": "Web", "Version": 1.0}
            """;
    private static final String HUB = """
            {"question": "Which musical?", "question_id": "tc_33", "answer": {"value": "Sunset Boulevard", "aliases": ["Sunset Blvd", "Sunset Boulevard"], "normalized_aliases": ["sunset blvd"]}}
            """;
    private static final String FLAT = """
            [{"qid": "tc_33", "question": "Which musical?", "gold_answer": "Sunset Boulevard", "aliases": ["Sunset Blvd", "Sunset Boulevard"]}]
            """;

    @TempDir
    Path folder;

    private List<Question> ask(Task task, String data) throws IOException, ForetokenException {
        return Questions.read(task, Files.writeString(folder.resolve("data.json"), data), 0, Progress.NONE)
                .questions();
    }

    private static String quiz(String... kindsAndSplits) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < kindsAndSplits.length; i++) {
            String[] parts = kindsAndSplits[i].split(" ", -1);
            lines.append(String.format(
                    "{\"question\": \"q%d?\", \"answers\": [\"a%d\", \"b\"], \"kind\": \"%s\", \"split\": \"%s\"}%n",
                    i, i, parts[0], parts[1]));
        }
        return lines.toString();
    }

    @Test
    void everyTaskOfTheProgramIsReadByItsName() throws ForetokenException {
        for (String name : Task.NAMES) {
            assertThat(Task.of(name).name()).isEqualTo(name);
        }
    }

    @Test
    void triviaQaIsReadInItsThreeForms() throws Exception {
        Task task = Task.of("triviaqa-lm-eval").withShots(0);
        Question expected =
                new Question("tc_33", "Question: Which musical?\nAnswer:", List.of("Sunset Blvd", "Sunset Boulevard"));
        for (String form : List.of(OFFICIAL, HUB, FLAT, "\uFEFF" + HUB)) {
            assertThat(ask(task, form)).as(form).containsExactly(expected);
        }
        // as they were written, which lm-eval compares; the official score normalises them itself
        for (String form : List.of(OFFICIAL, HUB, FLAT)) {
            assertThat(ask(Task.of("triviaqa").withShots(0), form)).as(form).containsExactly(expected);
        }
        // an example as a shot shows the value, not an alias
        Task oneShot = Task.of("triviaqa");
        assertThat(ask(oneShot, HUB + HUB).get(0).prompt())
                .isEqualTo("Question: Which musical?\nAnswer: Sunset Boulevard\nQuestion: Which musical?\nAnswer:");
    }

    @Test
    void nqOpenIsAskedAsLmEvalAsksIt() throws Exception {
        Task task = Task.of("nq-open").withShots(1);
        String data = """
                {"question": "who sang", "answer": ["Bobby", "Bob"]}
                {"question": "who won", "answer": ["Ann"]}
                """;
        assertThat(ask(task, data))
                .containsExactly(new Question(
                        "#2", "Answer these questions:\n\nQ: who sang?\nA: Bobby\nQ: who won?\nA:", List.of("Ann")));
    }

    @Test
    void aQuizQuestionIsShownOthersOfItsKindInTurns() throws Exception {
        String data =
                quiz("kind valid", "word valid", "kind test", "kind valid", "kind test", "kind test", "word test");
        assertThat(ask(Task.of("quiz"), data))
                .extracting(Question::prompt)
                .containsExactly(
                        "Question: q0?\nAnswer: a0\nQuestion: q2?\nAnswer:",
                        "Question: q3?\nAnswer: a3\nQuestion: q4?\nAnswer:",
                        "Question: q0?\nAnswer: a0\nQuestion: q5?\nAnswer:",
                        "Question: q1?\nAnswer: a1\nQuestion: q6?\nAnswer:");
        Path file = folder.resolve("data.json");
        List<Question> all =
                Questions.read(Task.of("quiz"), file, 0, Progress.NONE).questions();
        assertThat(Questions.read(Task.of("quiz"), file, 3, Progress.NONE).questions())
                .isEqualTo(all.subList(0, 3));
    }

    @Test
    void theSampleQuizIsAskedWhole() throws Exception {
        Questions quiz = Questions.read(Task.of("quiz"), Path.of("sample-models/data/quiz.jsonl"), 0, Progress.NONE);
        assertThat(quiz.questions()).hasSize(500);
        assertThat(quiz.dataSha256()).hasSize(64);
        assertThat(quiz.questions())
                .allSatisfy(question -> assertThat(question.prompt())
                        .startsWith("Question: ")
                        .endsWith("\nAnswer:")
                        .contains("\nAnswer: ", "\nQuestion: "));
    }

    @Test
    void filesThatAreNoDataAreOneSentence() throws Exception {
        Task task = Task.of("triviaqa").withShots(0);
        for (String[] broken : new String[][] {
            {"", "no questions in it"},
            {"[]", "no questions in it"},
            {"{\"Data\": []}", "no questions in it"},
            {"{\"question\": \"who\"", "line 1", "no JSON that can be read"},
            {HUB + "{\"question\": ", "line 2", "no JSON"},
            {"12", "line 1", "must be a JSON object"},
            {"{\"Data\": [7]}", "must be a JSON object"},
            {"\"text\"", "must be a JSON object"},
            {"{\"question\": \"who\"}", "record 1 (line 1)", "'answers'"},
            {HUB + "{\"answer\": {\"aliases\": [\"x\"]}}", "record 2 (line 2)", "'question'"},
            {"{\"question\": null, \"aliases\": [\"x\"]}", "'question'"},
            {"{\"question\": \"q\", \"aliases\": []}", "'answers'"},
            {"\0\1\2\3", "no JSON"},
            {"[".repeat(5000), "no JSON"},
            {"{\"a\":".repeat(5000), "no JSON"},
        }) {
            String sentence = sentence(task, broken[0].getBytes(StandardCharsets.UTF_8), "data.json");
            assertThat(sentence).as(broken[0]).contains(Arrays.copyOfRange(broken, 1, broken.length));
        }
        assertThat(sentence(task, new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"'}, "data.json"))
                .contains("data.json");
        assertThat(sentence(task, HUB.getBytes(StandardCharsets.UTF_8), "data.json.gz"))
                .contains("gzip");
        for (String java : List.of("{\"question\": \"who\"", "{\"question\": NaN}")) {
            assertThat(sentence(task, java.getBytes(StandardCharsets.UTF_8), "data.json"))
                    .contains("no JSON that can be read")
                    .doesNotContain("Source", "JsonReadFeature");
        }
        assertThat(sentence(task, new byte[0], "data.json.gz")).contains("no whole gzip file (it ends too early)");
        assertThat(sentence(task, new byte[9], "data.parquet")).contains("compressed by snappy, gzip or not at all");
        byte[] zipped = gzip(HUB.repeat(99));
        assertThat(sentence(task, Arrays.copyOf(zipped, zipped.length / 2), "data.json.gz"))
                .contains("gzip");
        assertThatThrownBy(() -> Questions.read(task, folder, 0, Progress.NONE))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("There is no file");
        assertThat(sentence(task.withShots(1), HUB.getBytes(StandardCharsets.UTF_8), "data.json"))
                .contains("leaves nothing to ask: 1 of its 1 records", "all are used up as shots");
        assertThat(sentence(Task.of("quiz"), quiz("word valid").getBytes(StandardCharsets.UTF_8), "none.jsonl"))
                .contains("leaves nothing to ask: 0 of its 1 records have {split=test}. Give another file.");
        assertThat(sentence(
                        Task.of("quiz"), quiz("word valid", "kind test").getBytes(StandardCharsets.UTF_8), "q.jsonl"))
                .contains("only 0 examples", "1 shots", "kind 'kind'");
    }

    private String sentence(Task task, byte[] data, String name) throws IOException {
        Path file = Files.write(folder.resolve(name), data);
        String sentence = catchThrowableOfType(
                        ForetokenException.class, () -> Questions.read(task, file, 0, Progress.NONE))
                .sentence();
        assertThat(sentence).doesNotContain("\n").hasSizeLessThan(500);
        return sentence;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aGzippedFileIsReadAsWhatIsInIt() throws Exception {
        Path file = Files.write(folder.resolve("data.jsonl.gz"), gzip(HUB.repeat(3)));
        assertThat(Questions.read(Task.of("triviaqa"), file, 0, Progress.NONE).questions())
                .hasSize(2);
    }

    private static final String OWN = """
            {"format": 1, "name": "own", "version": 2, "licence": "mine", "fields": {"q": ["a.b"], "answers": ["c"]},
             "template": "{q}=", "shots": {"count": 0}, "stops": [], "max_tokens": 3, "metrics": ["official_f1"]}
            """;

    @Test
    void aTaskOfOnesOwnIsRead() throws Exception {
        Task task = Task.of(Files.writeString(folder.resolve("own.json"), OWN).toString());
        assertThat(ask(task, "{\"a\": {\"b\": 7}, \"c\": [true]}"))
                .containsExactly(new Question("#1", "7=", List.of("true")));
    }

    @Test
    void aTaskThatIsNoneIsOneSentence() throws Exception {
        assertThatThrownBy(() -> Task.of("nowhere"))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("no task 'nowhere'", "triviaqa", "nq-open");
        for (String[] change : new String[][] {
            {"\"format\": 1", "\"format\": 2", "format = 2"},
            {"\"format\": 1, ", "", "format is missing (only 1 is known)"},
            {"\"own\"", "\"\\u001b[31mred\"", "name is no line of text that can be shown"},
            {"\"own\"", "\"two\\nlines\"", "name is no line of text that can be shown"},
            {"\"version\": 2", "\"version\": \"2\"", "version is no whole number"},
            {"\"version\": 2, ", "", "version is missing"},
            {"\"mine\"", "7", "licence is no text"},
            {"\"official_f1\"", "\"bleu\"", "no metric 'bleu'"},
            {"\"official_f1\"", "\"official_f1\", \"acc\"", "metrics mixes official_f1 and acc"},
            {"\"official_f1\"", "\"acc\"", "lacks 'choices'"},
            {"\"official_f1\"", "\"loss\"", "no field"},
            {"\"stops\"", "\"cleaning\": \"soap\", \"stops\"", "cleaning = 'soap'"},
            {"{q}=", "{p}=", "names 'p'"},
            {"{q}=", "=", "names no field"},
            {"\"stops\": []", "\"stops\": [\"\"]", "stops is no list"},
            {"\"stops\": []", "\"stop\": []", "no field 'stop'"},
            {"\"count\": 0", "\"count\": -1", "shots.count"},
            {"\"count\": 0", "\"count\": 1", "shot is missing"},
            {"\"count\": 0", "\"count\": 0, \"same\": \"q\"", "shots.where"},
            {"\"c\"]}", "\"c\"], \"id\": []}", "fields.id"},
            {"\"answers\": [\"c\"]", "\"answer\": [\"c\"]", "lacks 'answers'"},
            {"{\"format\"", "{\"name\": \"x\", \"format\"", "no JSON that can be read"},
            {"{\"format\"", "[{\"format\"", "no JSON that can be read"},
        }) {
            assertThat(OWN).contains(change[0]);
            Path file = Files.writeString(folder.resolve("own.json"), OWN.replace(change[0], change[1]));
            assertThatThrownBy(() -> Task.of(file.toString()))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("own.json", change[2]);
        }
    }

    @Test
    void hellaSwagIsCleanedAsLmEvalCleansIt() throws Exception {
        String data = """
                {"ind": 24, "activity_label": "Roof [step] work", "ctx_a": "A man is  sitting on a roof.", "ctx_b": "HE [sub]starts", "endings": [" is using wrap.", "[header] pulls [title] up"], "label": "1"}
                """;
        assertThat(ask(Task.of("hellaswag"), data))
                .containsExactly(new Question(
                        "24",
                        "Roof work: A man is sitting on a roof. He starts",
                        List.of(" pulls. up"),
                        List.of("is using wrap.", " pulls. up"),
                        1));
    }

    @Test
    void arcIsReadInItsTwoForms() throws Exception {
        String hub = """
                {"id": "M", "question": "Which?", "choices": {"text": ["sun", "moon", "star"], "label": ["1", "2", "3"]}, "answerKey": "2"}
                """;
        String official = """
                {"id": "M", "question": {"stem": "Which?", "choices": [{"text": "sun", "label": "1"}, {"text": "moon", "label": "2"}, {"text": "star", "label": "3"}]}, "answerKey": "2"}
                """;
        Question expected =
                new Question("M", "Question: Which?\nAnswer:", List.of("moon"), List.of("sun", "moon", "star"), 1);
        assertThat(ask(Task.of("arc"), hub)).containsExactly(expected);
        assertThat(ask(Task.of("arc"), official)).containsExactly(expected);
        assertThat(ask(Task.of("arc").withShots(1), hub + official).get(0).prompt())
                .isEqualTo("Question: Which?\nAnswer: moon\n\nQuestion: Which?\nAnswer:");
    }

    @Test
    void piqaHasItsChoicesInTwoFields() throws Exception {
        String data = "{\"goal\": \"boil\", \"sol1\": \"heat it\", \"sol2\": \"cool it\", \"label\": 0}";
        assertThat(ask(Task.of("piqa"), data))
                .containsExactly(new Question(
                        "#1", "Question: boil\nAnswer:", List.of("heat it"), List.of("heat it", "cool it"), 0));
        for (String[] broken : new String[][] {
            {"\"label\": 0", "\"label\": 2", "'2' is right", "0, 1"},
            {"\"label\": 0", "\"label\": -1", "'-1' is right", "0, 1"},
            {"\"cool it\"", "\" \"", "'choices' with something in them", "record 1"},
            {", \"sol2\": \"cool it\"", "", "two or more 'choices'", "record 1"},
        }) {
            assertThat(data).contains(broken[0]);
            assertThat(sentence(
                            Task.of("piqa"),
                            data.replace(broken[0], broken[1]).getBytes(StandardCharsets.UTF_8),
                            "piqa.jsonl"))
                    .contains(broken[2], broken[3]);
        }
    }

    @Test
    void aChoiceIsTheLikeliestAsItIsOrByCharacter() throws Exception {
        Question question = new Question("1", "p", List.of("long one"), List.of("ab", "long one"), 1);
        Answered answer = Answered.of(Task.of("piqa"), question, List.of(-2.0, -4.0));
        // −2 > −4, but −2/2 < −4/8
        assertThat(answer.scores()).containsExactly(Map.entry("acc", 0.0), Map.entry("acc_norm", 1.0));
        assertThat(answer.output()).isEqualTo("ab");
        assertThat(answer.logLikelihoods()).containsExactly(-2.0, -4.0);
    }

    /** Made by pyarrow, see {@code make_parquet.py}. */
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @Test
    void theHubsParquetIsReadAsItsJson() throws Exception {
        assertThat(Questions.read(
                                Task.of("triviaqa-lm-eval").withShots(0),
                                GOLDEN.resolve("triviaqa-hub.parquet"),
                                0,
                                Progress.NONE)
                        .questions())
                .containsExactly(
                        new Question(
                                "tc_33",
                                "Question: Which musical?\nAnswer:",
                                List.of("Sunset Blvd", "Sunset Boulevard")),
                        new Question("tc_34", "Question: Namāz 🙏?\nAnswer:", List.of("PRAY")));
        assertThat(Questions.read(Task.of("piqa"), GOLDEN.resolve("piqa-hub.parquet"), 0, Progress.NONE)
                        .questions()
                        .get(0)
                        .gold())
                .isEqualTo(1);
    }

    @Test
    void parquetThatCannotBeReadIsOneSentence() throws Exception {
        byte[] whole = Files.readAllBytes(GOLDEN.resolve("triviaqa-hub.parquet"));
        Task task = Task.of("triviaqa").withShots(0);
        assertThat(sentence(task, Arrays.copyOf(whole, whole.length - 9), "cut.parquet"))
                .contains("cut.parquet is no Parquet file");
        assertThat(sentence(task, new byte[0], "empty.parquet")).contains("empty.parquet is no Parquet file");
        assertThat(sentence(task, "PAR1 or not PAR1".getBytes(StandardCharsets.UTF_8), "text.parquet"))
                .contains("text.parquet is no Parquet file");
        assertThat(sentence(task, Files.readAllBytes(GOLDEN.resolve("piqa-hub.parquet")), "other.parquet"))
                .contains("none of the columns that the task reads");
        // zstd's library is not on board
        assertThat(sentence(Task.of("arc"), Files.readAllBytes(GOLDEN.resolve("arc-hub.parquet")), "arc.parquet"))
                .contains("arc.parquet is no Parquet file that can be read", "JSON lines");
    }
}
