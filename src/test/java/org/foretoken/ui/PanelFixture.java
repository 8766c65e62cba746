package org.foretoken.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.framework.junit5.ApplicationExtension;

/** What stands around a panel in its tests: made-up answers in a home of their own, notices and the current setup. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
public abstract class PanelFixture {
    @TempDir
    static Path homes;

    protected final FakeActions actions = new FakeActions(newHome(homes));
    protected final UiThreads threads = UiThreads.javafx();
    protected final Notices notices = new Notices(actions.home());
    protected final CurrentSetup current = new CurrentSetup(actions, threads, notices);

    static Path newHome(Path homes) {
        try {
            return Files.createTempDirectory(homes, "home");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    final void closeActions() {
        actions.close();
    }

    /** The last notice's sentence. */
    protected final String notice() {
        return notices.currentProperty().get().orElseThrow().sentence();
    }
}
