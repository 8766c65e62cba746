package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.SetupFile;

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

    /**
     * Refuses, before anything is measured for it, a file that isn't to be replaced: nothing is written over the weights that it is computed from.
     *
     * @param read models and setups' folders that it is computed from
     */
    public static void check(Path file, List<Path> read) throws ForetokenException {
        AtomicFile.checkMayReplace(file);
        AtomicFile.checkHasFolder(file);
        for (Path each : read) {
            checkNotIn(each, file);
            if (SetupFile.isIn(each)) {
                SetupFile setup = SetupFile.read(each);
                checkNotIn(Path.of(setup.base().path()), file);
                SetupFile.ModelReference auxiliary = setup.auxiliary();
                if (auxiliary != null) {
                    checkNotIn(Path.of(auxiliary.path()), file);
                }
            }
        }
    }

    private static void checkNotIn(Path read, Path file) throws ForetokenException {
        try {
            if (Files.exists(file) && Files.exists(read) && file.toRealPath().startsWith(read.toRealPath())) {
                throw new ForetokenException(file + " belongs to what is read, " + read + ": choose another file.");
            }
        } catch (IOException e) {
            throw new ForetokenException(file + " can't be looked at: " + ForetokenException.reason(e), e);
        }
    }
}
