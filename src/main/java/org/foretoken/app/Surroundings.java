package org.foretoken.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.foretoken.ForetokenException;

/** What the machine around this process decides. */
record Surroundings(Map<String, String> environment, Properties properties) {
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), System.getProperties());
    }

    /**
     * The folder of settings, setups and logs, where this system's programs keep theirs.
     *
     * @throws ForetokenException when its name has characters that the locale lacks
     */
    Path home() throws ForetokenException {
        String named = environment.getOrDefault("FORETOKEN_HOME", "");
        if (!named.isBlank()) {
            return folder("FORETOKEN_HOME", named).toAbsolutePath();
        }
        Path user = folder("HOME", properties.getProperty("user.home", "."));
        if (isMac()) {
            return user.resolve("Library/Application Support/Foretoken");
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        // A relative one is to be ignored, says the XDG specification.
        Path folder = folder("XDG_DATA_HOME", data);
        return (folder.isAbsolute() ? folder : user.resolve(".local/share")).resolve("foretoken");
    }

    private static Path folder(String variable, String name) throws ForetokenException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new ForetokenException(
                    "The folder that " + variable + " names can't be written in this locale: set LC_ALL=C.UTF-8.", e);
        }
    }

    /** Whether a window can open: Linux needs an X or Wayland server, unless JavaFX draws without one. */
    boolean hasDisplay() {
        return !system().startsWith("linux")
                || "Headless".equals(properties.getProperty("glass.platform"))
                || !environment.getOrDefault("DISPLAY", "").isBlank()
                || !environment.getOrDefault("WAYLAND_DISPLAY", "").isBlank();
    }

    private boolean isMac() {
        return system().startsWith("mac");
    }

    private String system() {
        return properties.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    }
}
