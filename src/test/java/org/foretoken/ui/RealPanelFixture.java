package org.foretoken.ui;

import java.nio.file.Path;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.framework.junit5.ApplicationExtension;

/** What stands around a panel over the real engine. */
@ExtendWith(ApplicationExtension.class)
@Timeout(300)
public abstract class RealPanelFixture {
    @TempDir
    static Path homes;

    protected final Path home = PanelFixture.newHome(homes);
    protected final UiThreads threads = UiThreads.javafx();
    protected final Notices notices = new Notices(home);
    private final Workbench workbench = new Workbench(home);
    protected final Actions actions = Actions.of(workbench);
    protected final CurrentSetup current = new CurrentSetup(actions, threads, notices);

    @AfterEach
    final void closeWorkbench() {
        workbench.close();
    }
}
