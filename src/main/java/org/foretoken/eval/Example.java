package org.foretoken.eval;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;

/**
 * A record of a data file, as a task sees it.
 *
 * @param id the record's own, or {@code #} and its number in the file, from 1 on
 * @param where it is, for messages
 * @param values of the task's fields, as far as the record has them; none is empty
 */
record Example(String id, String where, Map<String, List<String>> values) {
    /** All values of a field, at least one. */
    List<String> all(String field) throws ForetokenException {
        List<String> found = values.get(field);
        if (found == null) {
            throw new ForetokenException(where + " has nothing for the task's field '" + field
                    + "': give a file of the form that the task reads.");
        }
        return found;
    }

    boolean meets(Map<String, String> conditions) throws ForetokenException {
        for (Map.Entry<String, String> condition : conditions.entrySet()) {
            if (!all(condition.getKey()).contains(condition.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** The continuations to choose from. */
    List<String> choices() throws ForetokenException {
        List<String> choices = all("choices");
        if (choices.size() < 2 || choices.stream().anyMatch(String::isBlank)) {
            throw new ForetokenException(where
                    + " has no two or more 'choices' with something in them: give a file of the form that the task"
                    + " reads.");
        }
        return choices;
    }

    /** Which of the choices is right: by its label where they have labels, by its number from 0 on otherwise. */
    int gold() throws ForetokenException {
        String gold = all("gold").get(0);
        int size = choices().size();
        List<String> labels = values.get("labels");
        if (labels == null) {
            labels = IntStream.range(0, size).mapToObj(String::valueOf).toList();
        }
        int at = labels.indexOf(gold);
        if (at < 0 || at >= size) {
            throw new ForetokenException(where + " says that '" + gold + "' is right, but its " + size
                    + " choices are labelled " + String.join(", ", labels) + ": get the file again.");
        }
        return at;
    }
}
