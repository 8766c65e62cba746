package org.foretoken.ui.shell;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ui.fx.UiThreads;

/** Writes what is shown to a file of the user's, and says so. */
public record FileExport(Actions actions, UiThreads threads, Notices notices) {
    /** The content is made in the background, as a large one takes its time. */
    public void write(Path file, Callable<byte[]> content) {
        threads.ask(
                () -> {
                    actions.write(file, content.call());
                    return file;
                },
                written -> notices.done("Wrote " + written + "."),
                notices::failed);
    }
}
