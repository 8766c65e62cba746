package org.foretoken.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Sha256;

/**
 * What a task asks of a data file.
 *
 * @param questions in the file's order
 * @param dataSha256 of the file
 */
public record Questions(List<Question> questions, String dataSha256) {
    public Questions {
        questions = List.copyOf(questions);
    }

    /**
     * One question.
     *
     * @param id of the example
     * @param prompt shots and question
     * @param answers any of which will do
     * @param choices the continuations to choose from; empty for a question that is answered in words
     * @param gold which of them is right
     * @param before the answer in the program that is run
     * @param after it in that program; both empty for a question whose answer isn't run
     */
    public record Question(
            String id,
            String prompt,
            List<String> answers,
            List<String> choices,
            int gold,
            String before,
            String after) {
        /** One that is answered in words. */
        public Question(String id, String prompt, List<String> answers) {
            this(id, prompt, answers, List.of(), 0, "", "");
        }

        /** One with choices. */
        public Question(String id, String prompt, List<String> answers, List<String> choices, int gold) {
            this(id, prompt, answers, choices, gold, "", "");
        }

        /** What is run of an answer. */
        public String program(String answer) {
            return before + answer + after;
        }
    }

    /**
     * Reads a data file.
     *
     * @param limit questions at most; 0 for all
     * @throws ForetokenException when it can't be read, or a record lacks what the task needs
     */
    public static Questions read(Task task, Path file, int limit, Progress progress) throws ForetokenException {
        DataFile.Content content = DataFile.read(file, task, progress);
        List<Example> asked = new ArrayList<>();
        for (Example example : content.examples()) {
            if (example.meets(task.asked())) {
                asked.add(example);
            }
        }
        int meeting = asked.size();
        int count = task.shots().count();
        ShotPools pools;
        if (task.shots().where().isEmpty()) {
            List<Example> first = asked.subList(0, Math.min(count, asked.size()));
            asked = asked.subList(first.size(), asked.size());
            pools = new ShotPools(task, first, file);
        } else {
            List<Example> pool = new ArrayList<>();
            for (Example example : content.examples()) {
                if (example.meets(task.shots().where())) {
                    pool.add(example);
                }
            }
            pools = new ShotPools(task, pool, file);
        }
        if (asked.isEmpty()) {
            throw new ForetokenException(file + " leaves nothing to ask: " + meeting + " of its "
                    + content.examples().size() + " records "
                    + (task.asked().isEmpty() ? "can be asked" : "have " + task.asked())
                    + (meeting > 0
                            ? ", and all are used up as shots. Give another file, or fewer shots."
                            : ". Give another file."));
        }
        List<Question> questions = new ArrayList<>();
        for (Example example : limit > 0 && limit < asked.size() ? asked.subList(0, limit) : asked) {
            String prompt = task.description()
                    + pools.shots(example)
                    + task.cleaning().clean(Template.fill(task.template(), example));
            if (task.kind() == Metric.Kind.ANSWER) {
                questions.add(new Question(example.id(), prompt, example.all("answers")));
            } else if (task.kind() == Metric.Kind.CODE) {
                int at = task.program().indexOf(Task.COMPLETION);
                String before =
                        task.cleaning().clean(Template.fill(task.program().substring(0, at), example));
                String after = Template.fill(task.program().substring(at + Task.COMPLETION.length()), example);
                questions.add(new Question(example.id(), prompt, example.all("answers"), List.of(), 0, before, after));
            } else {
                List<String> choices = choices(task, example);
                int gold = example.gold();
                questions.add(new Question(example.id(), prompt, List.of(choices.get(gold)), choices, gold));
            }
        }
        return new Questions(questions, content.sha256());
    }

    /**
     * Those of a task on text: one a window.
     *
     * @param windows what the tokens say
     */
    public static Questions ofText(List<String> windows, Path file) throws ForetokenException {
        List<Question> questions = new ArrayList<>();
        for (String window : windows) {
            questions.add(new Question("#" + (questions.size() + 1), window, List.of()));
        }
        return new Questions(questions, Sha256.hex(file));
    }

    private static List<String> choices(Task task, Example example) throws ForetokenException {
        return example.choices().stream().map(task.cleaning()::clean).toList();
    }

    /**
     * Where shots come from. A pool's examples take turns: the first question gets the first ones, the next question those after them, and so on round,
     * so that no single shot decides a score and the same question always gets the same shots, whatever the limit.
     */
    private static final class ShotPools {
        private final Task task;
        private final Path file;
        private final Map<String, List<Example>> pools = new HashMap<>();
        private final Map<String, Integer> next = new HashMap<>();

        ShotPools(Task task, List<Example> examples, Path file) throws ForetokenException {
            this.task = task;
            this.file = file;
            for (Example example : examples) {
                pools.computeIfAbsent(key(example), key -> new ArrayList<>()).add(example);
            }
        }

        private String key(Example example) throws ForetokenException {
            String same = task.shots().same();
            return same == null ? "" : example.all(same).get(0);
        }

        /** The shots before a question, each with the delimiter after it. */
        String shots(Example asked) throws ForetokenException {
            StringBuilder text = new StringBuilder();
            if (task.shots().count() > 0) {
                for (Example shot : choose(key(asked), asked)) {
                    text.append(task.cleaning().clean(Template.fill(task.shot(), solved(shot))))
                            .append(task.delimiter());
                }
            }
            return text.toString();
        }

        /** With the right choice as its answer. */
        private Example solved(Example shot) throws ForetokenException {
            if (task.kind() != Metric.Kind.CHOICE) {
                return shot;
            }
            Map<String, List<String>> values = new HashMap<>(shot.values());
            values.put("answer", List.of(shot.choices().get(shot.gold())));
            return new Example(shot.id(), shot.where(), values);
        }

        private List<Example> choose(String key, Example asked) throws ForetokenException {
            List<Example> pool = pools.getOrDefault(key, List.of());
            List<Example> chosen = new ArrayList<>();
            // those that are given to all don't take turns
            int at = task.shots().where().isEmpty() ? 0 : next.getOrDefault(key, 0);
            for (int i = 0; i < pool.size() && chosen.size() < task.shots().count(); i++, at++) {
                Example shot = pool.get(at % pool.size());
                if (!shot.equals(asked)) {
                    chosen.add(shot);
                }
            }
            next.put(key, at);
            if (chosen.size() < task.shots().count()) {
                throw new ForetokenException(file + " has only " + chosen.size() + " examples to take "
                        + task.shots().count() + " shots from"
                        + (key.isEmpty()
                                ? ""
                                : " for a question of " + task.shots().same() + " '" + key + "'")
                        + ": ask for fewer shots, or give a larger file.");
            }
            return chosen;
        }
    }
}
