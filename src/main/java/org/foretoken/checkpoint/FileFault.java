package org.foretoken.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** The sentences about a file that can't be used. What files say of themselves goes through {@link #shown} first. */
record FileFault(Path file) {
    private static final int LONGEST_NAME = 120;

    /** The file's name with its folder's, as users tell their models apart. */
    String label() {
        Path absolute = file.toAbsolutePath().normalize();
        int names = absolute.getNameCount();
        return names <= 2
                ? absolute.toString()
                : absolute.subpath(names - 2, names).toString();
    }

    ForetokenException broken(String what) {
        return new ForetokenException(label() + " is damaged: " + what + ". Get it again, or make it again.");
    }

    ForetokenException broken(String what, Exception cause) {
        return new ForetokenException(label() + " is damaged: " + what + ". Get it again, or make it again.", cause);
    }

    /**
     * @param expected what the file should have, such as "its header says 1,234 bytes of tensors"
     * @param there bytes that it has of them
     */
    ForetokenException cutShort(String expected, long there) {
        return new ForetokenException(label() + " is cut short: " + expected + ", the file has " + Digits.count(there)
                + ". Get it again, or make it again.");
    }

    ForetokenException unsupported(String what, String remedy) {
        return new ForetokenException(label() + " " + what + ", which isn't supported: " + remedy + ".");
    }

    ForetokenException unreadable(IOException cause) {
        return new ForetokenException(
                label() + " can't be read (" + ForetokenException.reason(cause)
                        + "): check the file and its permissions.",
                cause);
    }

    /** A shape, such as "[576, 1,536]". */
    static String shape(List<Long> shape) {
        return shape.stream().map(Digits::count).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A name out of a file, fit for a sentence: of sensible length and without control characters. */
    static String shown(String name) {
        String clean = name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME) + "…";
    }
}
