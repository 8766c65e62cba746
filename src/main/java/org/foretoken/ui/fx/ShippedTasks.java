package org.foretoken.ui.fx;

import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Task;

/** The tasks that come with the program. */
public final class ShippedTasks {
    private ShippedTasks() {}

    /** All of them, the quiz first. */
    public static List<Task> all() {
        return Task.NAMES.stream().map(ShippedTasks::of).toList();
    }

    /** The one of that name, which must be there. */
    public static Task of(String name) {
        try {
            return Task.of(name);
        } catch (ForetokenException e) {
            throw new IllegalStateException(e);
        }
    }
}
