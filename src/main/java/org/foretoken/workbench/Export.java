package org.foretoken.workbench;

import java.nio.file.Path;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;

/** Writes a table or a figure where the user wants it. */
public final class Export {
    private Export() {}

    /**
     * Makes or replaces a file, whole or not at all.
     *
     * @throws ForetokenException when it can't be written
     */
    public static void write(Path file, byte[] bytes) throws ForetokenException {
        AtomicFile.write(file, bytes);
    }
}
