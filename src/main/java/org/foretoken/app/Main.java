package org.foretoken.app;

import java.nio.file.Path;
import org.foretoken.ForetokenException;
import org.foretoken.cli.Cli;
import org.foretoken.ui.Ui;
import org.foretoken.workbench.Workbench;

/** Entry point: the window without arguments, the command line with them. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Surroundings here = Surroundings.ofProcess();
        Path home;
        try {
            home = here.home();
        } catch (ForetokenException e) {
            System.err.println(e.sentence());
            System.exit(1);
            return;
        }
        System.setProperty("foretoken.logs", home.resolve("logs").toString());
        // Figures are drawn with AWT into memory: on a Mac it would put an icon of its own in the Dock.
        System.setProperty("java.awt.headless", "true");
        if (arguments.length > 0) {
            System.exit(Cli.run(home, arguments));
        }
        if (!here.hasDisplay()) {
            System.exit(withoutWindow(home, "There is no display to open the window on."));
        }
        System.exit(openWindow(home));
    }

    /** Shows what the program is for by measuring its sample models, where it runs from a checkout. */
    private static int withoutWindow(Path home, String why) {
        if (!Workbench.hasSamples()) {
            System.out.println(why + " This is how to use the command line.");
            System.out.println();
            System.out.flush();
            Cli.usage(home);
            return 0; // nothing failed: whoever asked got what there is
        }
        System.out.println(why + " 'foretoken --help' says how to use the command line;"
                + " this is 'foretoken pareto --quick', the sample models measured here:");
        System.out.flush();
        return Cli.run(home, "pareto", "--quick");
    }

    private static int openWindow(Path home) {
        try (Workbench workbench = new Workbench(home)) {
            Ui.show(workbench);
            return 0;
        } catch (ForetokenException e) {
            return withoutWindow(home, e.sentence());
        }
    }
}
