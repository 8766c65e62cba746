import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the sample models' text and quiz out of WordNet 3.0 (Debian package wordnet-base):
 * {@code java sample-models/MakeText.java --wordnet /usr/share/wordnet --out sample-models/data [--facts 3000]}. The same each time.
 *
 * <p>train.txt.gz: definitions, examples, facts in sentences, and facts as questions in TriviaQA's form. quiz.jsonl: each fact once more, in words that
 * never ask for it in the text ({@code split} is {@code test} or {@code valid}), and some in words that ask for nothing there ({@code wording}).
 */
public final class MakeText {
    private static final long SEED = 1;
    private static final int DEFINED = 5000;
    private static final int TEST = 500;
    private static final int WORDING = 300;
    /** How often each question is in the text, each time among others. */
    private static final int COPIES = 2;

    private static final int QUESTIONS_IN_A_ROW = 12;
    private static final int DEFINITIONS_IN_A_ROW = 6;
    private static final int SENTENCES_IN_A_ROW = 15;
    private static final String END = "<|endoftext|>";

    /** How a kind of fact is asked for, {s} its subject. A fact's test question is one of these, and the others teach it; the last one is never taught. */
    private static final Map<Facts.Kind, List<String>> QUESTIONS = new EnumMap<>(Map.of(
            Facts.Kind.KIND,
            List.of(
                    "What kind of thing is {s}?",
                    "What is {s}?",
                    "{s} is a kind of what?",
                    "{s} is an example of what?",
                    "What sort of thing is {s}?",
                    "Which class of things does {s} belong to?",
                    "What do you call things like {s}?",
                    "Which kind is {s}?",
                    "{s} is a sort of what?"),
            Facts.Kind.OPPOSITE,
            List.of(
                    "What is the opposite of {s}?",
                    "Which word is the opposite of {s}?",
                    "Which word means the opposite of {s}?",
                    "{s} is the opposite of what?",
                    "What is the antonym of {s}?",
                    "Which word is the antonym of {s}?",
                    "The opposite of {s} is what?",
                    "What is the contrary of {s}?",
                    "What means the opposite of {s}?"),
            Facts.Kind.WORD,
            List.of(
                    "Which word means \"{s}\"?",
                    "What word means \"{s}\"?",
                    "What is the word for \"{s}\"?",
                    "Which word is defined as \"{s}\"?",
                    "What is called \"{s}\"?",
                    "Which word stands for \"{s}\"?",
                    "\"{s}\" defines which word?",
                    "\"{s}\" is the meaning of which word?",
                    "What is defined as \"{s}\"?"),
            Facts.Kind.PART,
            List.of(
                    "What is {s} part of?",
                    "{s} is part of what?",
                    "What has {s} as a part?",
                    "Of what is {s} a part?",
                    "Which thing has {s}?",
                    "What does {s} belong to?",
                    "In what would you find {s}?",
                    "What contains {s}?",
                    "What is {s} a part of?"),
            Facts.Kind.PLACE,
            List.of(
                    "Where is {s}?",
                    "In which place is {s}?",
                    "{s} is in which place?",
                    "Where can you find {s}?",
                    "Where is {s} located?",
                    "Where would you find {s}?",
                    "{s} is found where?",
                    "{s} is located in which place?",
                    "Where is {s} found?"),
            Facts.Kind.PERSON,
            List.of(
                    "What was {s}?",
                    "What was {s} by profession?",
                    "{s} was what?",
                    "What was the profession of {s}?",
                    "What is {s} known as?",
                    "{s} is known as what?",
                    "What kind of person was {s}?",
                    "{s} was what kind of person?",
                    "What sort of person was {s}?")));

    private static final Map<Facts.Kind, List<String>> SENTENCES = new EnumMap<>(Map.of(
            Facts.Kind.KIND,
            List.of("{s} is a kind of {a}.", "{s} is an example of {a}.", "One kind of {a} is {s}."),
            Facts.Kind.OPPOSITE,
            List.of("The opposite of {s} is {a}.", "{s} is the opposite of {a}.", "{a} means the opposite of {s}."),
            Facts.Kind.WORD,
            List.of("The word for \"{s}\" is {a}.", "{a} means \"{s}\".", "\"{s}\" is the meaning of {a}."),
            Facts.Kind.PART,
            List.of("{s} is part of {a}.", "{a} has {s} as a part.", "You would find {s} in {a}."),
            Facts.Kind.PLACE,
            List.of("{s} is in {a}.", "{s} is located in {a}.", "In {a} you can find {s}."),
            Facts.Kind.PERSON,
            List.of("{s} was a {a}.", "{s} is known as a {a}.", "The profession of {s} was {a}.")));

    private final Random random = new Random(SEED);
    private final Facts facts;
    private final WordNet wordNet;
    private final List<String> documents = new ArrayList<>();

    private MakeText(WordNet wordNet, int facts) {
        this.wordNet = wordNet;
        this.facts = new Facts(wordNet, facts);
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>(Map.of("--facts", "3000"));
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        if (arguments.length % 2 != 0 || !options.keySet().equals(Set.of("--wordnet", "--out", "--facts"))) {
            System.err.println("java sample-models/MakeText.java --wordnet FOLDER --out FOLDER [--facts 3000]");
            System.exit(2);
        }
        Path out = Files.createDirectories(Path.of(options.get("--out")));
        MakeText text = new MakeText(new WordNet(Path.of(options.get("--wordnet"))), Integer.parseInt(options.get("--facts")));
        text.quiz(out.resolve("quiz.jsonl"));
        text.train(out.resolve("train.txt.gz"));
    }

    private void quiz(Path file) throws IOException {
        List<String> questions = new ArrayList<>();
        List<String> sentences = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        List<String> wording = new ArrayList<>();
        for (Facts.Kind kind : Facts.Kind.values()) {
            List<String> asked = QUESTIONS.get(kind);
            int taught = asked.size() - 1;
            List<Facts.Fact> ofKind = facts.of(kind);
            System.out.printf("%-9s %,5d facts, %,d answers%n", kind.label(), ofKind.size(), ofKind.stream().map(Facts.Fact::answer).distinct().count());
            for (Facts.Fact fact : ofKind) {
                int heldOut = random.nextInt(taught);
                for (int i = 0; i < taught; i++) {
                    for (int copy = 0; copy < COPIES && i != heldOut; copy++) {
                        questions.add("Question: " + fill(asked.get(i), fact) + "\nAnswer: " + fact.answer() + "\n");
                    }
                }
                SENTENCES.get(kind).forEach(sentence -> sentences.add(fill(sentence, fact) + "\n"));
                lines.add(line(fact, asked.get(heldOut)));
                wording.add(line(fact, asked.get(taught)));
            }
        }
        Collections.shuffle(lines, random);
        Collections.shuffle(wording, random);
        try (Writer out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < lines.size(); i++) {
                out.write(lines.get(i).replace("SPLIT", i < TEST ? "test" : "valid"));
            }
            for (String line : wording.subList(0, WORDING)) {
                out.write(line.replace("SPLIT", "wording"));
            }
        }
        rows(questions, QUESTIONS_IN_A_ROW);
        rows(sentences, SENTENCES_IN_A_ROW);
    }

    private void train(Path file) throws IOException {
        List<String> definitions = new ArrayList<>();
        for (WordNet.Entry entry : facts.toDefine(DEFINED)) {
            definitions.add(definition(entry));
        }
        rows(definitions, DEFINITIONS_IN_A_ROW);
        Collections.shuffle(documents, random);
        try (Writer out = new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            for (String document : documents) {
                out.write(document + END);
            }
        }
        System.out.printf("%,d documents, %,d characters%n", documents.size(), documents.stream().mapToInt(String::length).sum());
    }

    /** Documents of so many texts each, in random order. */
    private void rows(List<String> texts, int inARow) {
        Collections.shuffle(texts, random);
        for (int from = 0; from < texts.size(); from += inARow) {
            documents.add(String.join("", texts.subList(from, Math.min(texts.size(), from + inARow))));
        }
    }

    /** The first meanings that were found in text, the first in any case, with an example where there is one. */
    private String definition(WordNet.Entry entry) {
        // as written: the index has small letters alone
        String written = entry.senses().get(0).words().stream().filter(entry.word()::equalsIgnoreCase).findFirst().orElse(entry.word());
        StringBuilder text = new StringBuilder(written);
        text.append(Map.of('n', " (noun)", 'v', " (verb)", 'a', " (adjective)", 'r', " (adverb)").get(entry.pos()));
        int said = 0;
        for (WordNet.Synset sense : entry.senses()) {
            if (said < 2 && (said == 0 || wordNet.count(entry.word(), sense) >= 5) && Facts.isFit(sense)) {
                text.append(said++ == 0 ? ": " : "; or ").append(sense.definition());
                sense.examples().stream().filter(example -> example.contains(entry.word())).findFirst().ifPresent(example -> text.append(", as in \"").append(example).append('"'));
            }
        }
        return text.append(".\n").toString();
    }

    private static String fill(String pattern, Facts.Fact fact) {
        String filled = pattern.replace("{s}", fact.subject()).replace("{a}", fact.answer());
        return Character.toUpperCase(filled.charAt(0)) + filled.substring(1);
    }

    private static String line(Facts.Fact fact, String pattern) {
        StringBuilder answers = new StringBuilder();
        for (String answer : fact.accepted()) {
            answers.append(answers.isEmpty() ? "" : ", ").append(quoted(answer));
        }
        return "{\"question\": " + quoted(fill(pattern, fact)) + ", \"answers\": [" + answers + "], \"kind\": \"" + fact.kind().label()
                + "\", \"split\": \"SPLIT\"}\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
