import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Facts that can be asked for: the commonest of each kind. */
final class Facts {
    /**
     * A fact.
     *
     * @param subject as a question names it: "a sparrow", "hot", a definition
     * @param answer what is taught
     * @param accepted what is right, {@code answer} the first
     */
    record Fact(Kind kind, String subject, String answer, List<String> accepted) {}

    /**
     * What is asked.
     *
     * @param share of 3,000 facts
     * @param sharing facts of these with the same answer: few, so that guessing the commonest does not help
     */
    enum Kind {
        KIND(1000, 12),
        OPPOSITE(500, 2),
        WORD(700, 1),
        PART(200, 5),
        PLACE(350, 15),
        PERSON(250, 20);

        private final int share;
        private final int sharing;

        Kind(int share, int sharing) {
            this.share = share;
            this.sharing = sharing;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Nouns that can be counted, so that they take an article: animals, artefacts, parts of the body, places, things, persons, plants. */
    private static final Set<Integer> COUNTED = Set.of(5, 6, 8, 15, 17, 18, 20);
    /** And food, substances, events, communication. */
    private static final Set<Integer> UNCOUNTED = Set.of(13, 27, 11, 10, 19, 12);

    /** Too general to say anything of a thing. */
    private static final Set<String> GENERAL = Set.of(
            "entity", "physical entity", "abstraction", "thing", "object", "whole", "artifact", "matter", "unit", "group", "part", "person",
            "living thing", "organism", "causal agent", "instrumentality", "body part", "psychological feature", "attribute", "event", "act",
            "communication", "relation", "substance", "creation", "piece", "material", "state", "way", "quality", "property", "use", "kind",
            "unfortunate", "unpleasant person", "bad person", "good person", "adult", "native", "signal", "activity", "process", "content",
            "happening", "message", "cognition", "extremity", "external body part", "structure", "conveyance", "system");

    /** A sample in a repository needs none of these. */
    private static final Pattern UNFIT = Pattern.compile(
            "(?i)slur|offensive|disparag|obscen|vulgar|derogat|sexual|prostitut|genital|penis|vagina|breast|copulat|intercourse|erotic|homosex"
                    + "|lesbian|rape|incest|slang|nazi|hitler|jew|negro|suicide|buttock|feces|excrement|urin|whore|semen|anus|rectum|drug|narcotic|\\bfag|terroris|murder|tortur|skin rich");

    private final WordNet wordNet;
    /** Facts wanted. */
    private final int most;

    private final Map<Kind, List<Fact>> facts = new HashMap<>();

    Facts(WordNet wordNet, int most) {
        this.wordNet = wordNet;
        this.most = most;
        for (Kind kind : Kind.values()) {
            facts.put(kind, new ArrayList<>());
        }
        List<WordNet.Entry> common = wordNet.entries().stream()
                .filter(entry -> isPlain(entry.word()) && wordNet.count(entry) > 0)
                .filter(entry -> isFit(entry.senses().get(0)))
                .sorted(Comparator.comparing((WordNet.Entry entry) -> -wordNet.count(entry)).thenComparing(entry -> entry.word() + entry.pos()))
                .toList();
        common.forEach(this::opposites);
        common.stream().filter(entry -> entry.pos() == 'n').forEach(this::kind);
        common.stream().filter(entry -> entry.pos() == 'n').forEach(this::part);
        common.forEach(this::word);
        List<WordNet.Synset> names = wordNet.synsets().stream()
                .filter(synset -> !synset.targets("@i").isEmpty() && isFit(synset))
                // the more is said of a name, the better known it is
                .sorted(Comparator.comparing((WordNet.Synset name) -> -20 * wordNet.count(name) - name.pointers().size() - 3 * name.words().size()
                                - name.definition().length() / 20)
                        .thenComparing(WordNet.Synset::id))
                .toList();
        names.forEach(this::place);
        names.forEach(this::person);
    }

    List<Fact> of(Kind kind) {
        return facts.get(kind);
    }

    static boolean isFit(WordNet.Synset synset) {
        return !UNFIT.matcher(synset.definition() + " " + synset.words() + " " + synset.examples()).find();
    }

    /** One word of small letters. */
    private static boolean isPlain(String word) {
        return word.matches("[a-z]{3,14}");
    }

    /** Short enough for an answer, and no name of a species. */
    private static boolean isAnswer(String words) {
        return words.matches("[A-Za-z]{2,14}( [A-Za-z]{2,12})?");
    }

    private void add(Kind kind, String subject, String answer, Set<String> accepted) {
        List<Fact> of = facts.get(kind);
        boolean known = of.stream().anyMatch(fact -> fact.subject().equals(subject));
        long same = of.stream().filter(fact -> fact.answer().equals(answer)).count();
        double wanted = most / 3000.0;
        if (!known && of.size() < kind.share * wanted && same < kind.sharing * Math.max(1, wanted) && isAnswer(answer)) {
            Set<String> all = new LinkedHashSet<>(List.of(answer));
            all.addAll(accepted);
            of.add(new Fact(kind, subject, answer, List.copyOf(all)));
        }
    }

    /** Of meanings that people mean by a word: it is mostly used so. */
    private boolean isUsual(WordNet.Entry entry) {
        return 2 * wordNet.count(entry.word(), entry.senses().get(0)) >= wordNet.count(entry);
    }

    static String withArticle(String noun, int field) {
        boolean plural = noun.endsWith("s") && !noun.matches(".*(ss|us|is)");
        return COUNTED.contains(field) && !plural ? (noun.matches("[aeiou].*") ? "an " : "a ") + noun : noun;
    }

    /** The nearest kind above a noun that is a common word and says something. */
    private void kind(WordNet.Entry entry) {
        WordNet.Synset sense = entry.senses().get(0);
        if (!isUsual(entry) || !(COUNTED.contains(sense.field()) || UNCOUNTED.contains(sense.field()))) {
            return;
        }
        Set<String> accepted = new LinkedHashSet<>();
        List<String> above = sense.targets("@");
        for (int level = 0; level < 3 && !above.isEmpty(); level++) {
            WordNet.Synset kind = wordNet.synset(above.get(0));
            String name = kind.words().get(0);
            if (GENERAL.contains(name)) {
                return;
            }
            accepted.addAll(kind.words());
            boolean says = !name.contains(entry.word()) && !entry.word().contains(name);
            if (isPlain(name) && wordNet.count(kind) >= 3 && says) {
                add(Kind.KIND, withArticle(entry.word(), sense.field()), name, accepted);
                return;
            }
            above = kind.targets("@");
        }
    }

    private void opposites(WordNet.Entry entry) {
        Set<String> opposites = new LinkedHashSet<>();
        for (WordNet.Synset sense : entry.senses().subList(0, Math.min(3, entry.senses().size()))) {
            for (WordNet.Pointer pointer : sense.pointers()) {
                if (pointer.symbol().equals("!") && sense.words().get(pointer.fromWord() - 1).equals(entry.word())) {
                    WordNet.Synset other = wordNet.synset(pointer.target());
                    opposites.add(other.words().get(pointer.toWord() - 1));
                }
            }
        }
        // able and unable: nothing to remember
        opposites.removeIf(other -> !isPlain(other) || other.endsWith(entry.word()) || entry.word().endsWith(other));
        if (!opposites.isEmpty()) {
            add(Kind.OPPOSITE, entry.word(), opposites.iterator().next(), opposites);
        }
    }

    private void part(WordNet.Entry entry) {
        WordNet.Synset sense = entry.senses().get(0);
        if (sense.targets("#p").isEmpty() || !Set.of(5, 6, 8, 17, 20).contains(sense.field())) {
            return;
        }
        Set<String> wholes = new LinkedHashSet<>();
        sense.targets("#p").forEach(whole -> wholes.addAll(wordNet.synset(whole).words()));
        String whole = wholes.iterator().next();
        if (!whole.contains(entry.word())) {
            add(Kind.PART, withArticle(entry.word(), sense.field()), whole, wholes);
        }
    }

    private void word(WordNet.Entry entry) {
        WordNet.Synset sense = entry.senses().get(0);
        String said = sense.definition().split(";")[0].replaceAll("^\\([^)]*\\) *", "").replaceAll(" *\\([^)]*\\)", "").trim();
        int words = said.split(" ").length;
        String stem = entry.word().substring(0, Math.min(5, entry.word().length()));
        if (isUsual(entry) && words >= 3 && words <= 8 && said.length() <= 50 && said.matches("[a-z][a-z', -]+") && !said.contains(stem)
                && entry.word().length() > 3) {
            add(Kind.WORD, said, entry.word(), new LinkedHashSet<>(sense.words()));
        }
    }

    private void place(WordNet.Synset place) {
        if (place.field() != 15 && place.field() != 17 || place.targets("#p").isEmpty()) {
            return;
        }
        String name = place.words().get(0);
        Set<String> wholes = new LinkedHashSet<>();
        place.targets("#p").forEach(whole -> wholes.addAll(wordNet.synset(whole).words()));
        String whole = wholes.iterator().next();
        if (isAnswer(name) && wordNet.isFirst(name, place) && !whole.contains(name)) {
            add(Kind.PLACE, name, whole, wholes);
        }
    }

    private void person(WordNet.Synset person) {
        if (person.field() != 18) {
            return;
        }
        Set<String> accepted = new LinkedHashSet<>();
        person.targets("@i").forEach(kind -> accepted.addAll(wordNet.synset(kind).words()));
        String what = accepted.iterator().next();
        person.words().stream()
                .filter(name -> isAnswer(name) && name.length() > 3 && wordNet.senses(name, 'n') == 1)
                .findFirst()
                .filter(name -> isPlain(what))
                .ifPresent(name -> add(Kind.PERSON, name, what, accepted));
    }

    /** Words to define: the commonest, and all that facts are about. */
    List<WordNet.Entry> toDefine(int most) {
        Set<String> asked = new HashSet<>();
        facts.values().forEach(list -> list.forEach(fact -> {
            asked.add(fact.subject().replaceFirst("^an? ", "").toLowerCase(Locale.ROOT));
            asked.add(fact.answer().toLowerCase(Locale.ROOT));
        }));
        return wordNet.entries().stream()
                .filter(entry -> entry.word().matches("[a-z -]{2,24}") && isFit(entry.senses().get(0)))
                .sorted(Comparator.comparing((WordNet.Entry entry) -> asked.contains(entry.word()) ? 0 : 1)
                        .thenComparing(entry -> -wordNet.count(entry))
                        .thenComparing(entry -> entry.word() + entry.pos()))
                .limit(most)
                .toList();
    }
}
