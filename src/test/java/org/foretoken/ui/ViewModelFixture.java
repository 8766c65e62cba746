package org.foretoken.ui;

import java.nio.file.Path;
import org.foretoken.ui.fx.TestThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What stands around a view model in its tests: the same as around a panel, on the test's own thread. */
public abstract class ViewModelFixture {
    @TempDir
    protected Path home;

    protected final TestThreads threads = new TestThreads();
    protected FakeActions actions;
    protected Notices notices;
    protected CurrentSetup current;

    @BeforeEach
    final void surround() {
        actions = new FakeActions(home);
        notices = new Notices(home);
        current = new CurrentSetup(actions, threads.threads(), notices);
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
