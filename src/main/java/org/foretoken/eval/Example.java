package org.foretoken.eval;

import java.util.List;
import java.util.Map;
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
}
