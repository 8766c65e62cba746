package org.foretoken.ui;

import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.foretoken.ForetokenException;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.Workbench;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way in: opens the window. */
public final class Ui {
    private static final Logger LOG = LoggerFactory.getLogger(Ui.class);

    private Ui() {}

    /**
     * Opens the window and waits until the user closes it. Call it once in a process, not on the FX thread.
     *
     * @throws ForetokenException when no window can be opened here
     */
    public static void show(Workbench workbench) throws ForetokenException {
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        try {
            Platform.startup(() -> open(workbench, closed));
        } catch (UnsupportedOperationException | IllegalStateException e) {
            String why = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
            throw new ForetokenException(
                    "No window can be opened here (" + why
                            + "). On Linux it takes an X or Wayland server and GTK 3 (package libgtk-3-0).",
                    e);
        }
        try {
            closed.join();
        } finally {
            Platform.exit();
        }
    }

    private static void open(Workbench workbench, CompletableFuture<@Nullable Void> closed) {
        Thread.currentThread()
                .setUncaughtExceptionHandler((thread, failure) -> LOG.error("unexpected in the window", failure));
        try {
            Stage stage = new Stage();
            new MainWindow(stage, Actions.of(workbench), UiThreads.javafx(), Choosers.over(stage))
                    .show(() -> closed.complete(null));
        } catch (RuntimeException e) {
            closed.completeExceptionally(e);
        }
    }
}
