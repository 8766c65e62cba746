package org.foretoken.app;

import java.nio.file.Path;
import org.foretoken.cli.Cli;

/** Entry point: the window without arguments, the command line with them. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Surroundings here = Surroundings.ofProcess();
        Path home = here.home();
        System.setProperty("foretoken.logs", home.resolve("logs").toString());
        if (arguments.length > 0) {
            System.exit(Cli.run(home, arguments));
        }
        if (!here.hasDisplay()) {
            System.out.println("There is no display to open the window on; this is how to use the command line.");
            System.out.println();
            System.out.flush();
            Cli.usage(home);
            return; // nothing failed: whoever asked got what there is
        }
        openWindow(home);
    }

    /** The window's place. */
    private static void openWindow(Path home) {
        System.out.println("The window is not built yet; try --help. Home: " + home);
    }
}
