import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** WordNet 3.0's files data.*, index.* and cntlist.rev in memory (their form: man 5 wndb). */
final class WordNet {
    /** Parts of speech and their files; satellites (s) are adjectives. */
    private static final Map<Character, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put('n', "noun");
        FILES.put('v', "verb");
        FILES.put('a', "adj");
        FILES.put('r', "adv");
    }

    private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]+)\"");

    /**
     * Words of one meaning.
     *
     * @param id part of speech and offset, such as n01539573
     * @param field number of the lexicographer's file: 05 animals, 06 artefacts, …
     * @param words as written, spaces for underscores
     * @param definition the gloss's text up to the first example
     * @param examples quoted in the gloss
     */
    record Synset(String id, int field, List<String> words, List<Pointer> pointers, String definition, List<String> examples) {
        /** The first words of the synsets that a pointer of this kind leads to. */
        List<String> targets(String symbol) {
            return pointers.stream().filter(p -> p.symbol().equals(symbol)).map(Pointer::target).toList();
        }

        char pos() {
            return id.charAt(0);
        }
    }

    /** A relation; words are counted from 1, 0 says that it holds for the whole synset. */
    record Pointer(String symbol, String target, int fromWord, int toWord) {}

    /** A word with one part of speech; its meanings, the commonest first. */
    record Entry(String word, char pos, List<Synset> senses) {}

    private final Map<String, Synset> synsets = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    /** How often a word was found with a meaning in tagged text, by word and synset. */
    private final Map<String, Integer> counts = new HashMap<>();

    WordNet(Path folder) throws IOException {
        // sense key (word%type:file:id:head:id) → count; a synset's own words make these keys
        Map<String, Integer> tagged = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve("cntlist.rev"), StandardCharsets.ISO_8859_1)) {
            String[] parts = line.split(" ");
            String[] key = parts[0].split("[%:]");
            tagged.merge(key[0] + "%" + key[1].replace('5', '3') + ":" + key[2] + ":" + key[3], Integer.parseInt(parts[2]), Math::max);
        }
        for (char pos : FILES.keySet()) {
            for (String line : Files.readAllLines(folder.resolve("data." + FILES.get(pos)), StandardCharsets.ISO_8859_1)) {
                if (!line.startsWith(" ")) {
                    read(pos, line, tagged);
                }
            }
            for (String line : Files.readAllLines(folder.resolve("index." + FILES.get(pos)), StandardCharsets.ISO_8859_1)) {
                if (!line.startsWith(" ")) {
                    String[] parts = line.trim().split(" +");
                    int senses = Integer.parseInt(parts[2]);
                    List<Synset> found = Arrays.stream(parts, parts.length - senses, parts.length)
                            .map(offset -> synsets.get(pos + offset))
                            .toList();
                    String word = parts[0].replace('_', ' ');
                    entries.put(pos + word, new Entry(word, pos, found));
                }
            }
        }
    }

    private void read(char pos, String line, Map<String, Integer> tagged) {
        int bar = line.indexOf(" | ");
        String[] parts = line.substring(0, bar).split(" ");
        String id = pos + parts[0];
        List<String> words = new ArrayList<>();
        int at = 4;
        for (int i = 0; i < Integer.parseInt(parts[3], 16); i++, at += 2) {
            String word = parts[at].replaceAll("\\(.*\\)$", "");
            words.add(word.replace('_', ' '));
            String key = String.format("%s%%%d:%s:%02d", word.toLowerCase(), 1 + "nvar".indexOf(pos), parts[1], Integer.parseInt(parts[at + 1], 16));
            Integer count = tagged.get(key);
            if (count != null) {
                counts.put(id + " " + word.toLowerCase().replace('_', ' '), count);
            }
        }
        List<Pointer> pointers = new ArrayList<>();
        int last = at + 1 + 4 * Integer.parseInt(parts[at]);
        for (at++; at < last; at += 4) {
            char target = parts[at + 2].charAt(0);
            pointers.add(new Pointer(
                    parts[at],
                    (target == 's' ? 'a' : target) + parts[at + 1],
                    Integer.parseInt(parts[at + 3].substring(0, 2), 16),
                    Integer.parseInt(parts[at + 3].substring(2), 16)));
        }
        String gloss = line.substring(bar + 3).trim();
        int quote = gloss.indexOf('"');
        String definition = (quote < 0 ? gloss : gloss.substring(0, quote)).replaceAll("[;:, ]+$", "").trim();
        List<String> examples = new ArrayList<>();
        for (Matcher matcher = EXAMPLE.matcher(gloss); matcher.find(); ) {
            examples.add(matcher.group(1));
        }
        synsets.put(id, new Synset(id, Integer.parseInt(parts[1]), words, pointers, definition, examples));
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    Collection<Synset> synsets() {
        return synsets.values();
    }

    Synset synset(String id) {
        return synsets.get(id);
    }

    /** How often a word was found with a meaning in tagged text. */
    int count(String word, Synset sense) {
        return counts.getOrDefault(sense.id() + " " + word.toLowerCase(), 0);
    }

    /** How often it was found in all meanings. */
    int count(Entry entry) {
        return entry.senses().stream().mapToInt(sense -> count(entry.word(), sense)).sum();
    }

    /** How often a meaning was found in all its words. */
    int count(Synset sense) {
        return sense.words().stream().mapToInt(word -> count(word, sense)).sum();
    }

    /** Whether a meaning is the word's commonest. */
    boolean isFirst(String word, Synset sense) {
        Entry entry = entries.get(sense.pos() + word.toLowerCase());
        return entry != null && entry.senses().get(0) == sense;
    }

    /** How many meanings a word has with a part of speech. */
    int senses(String word, char pos) {
        Entry entry = entries.get(pos + word.toLowerCase());
        return entry == null ? 0 : entry.senses().size();
    }
}
