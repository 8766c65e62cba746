package org.foretoken.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** Text that a user names by a file. */
final class TextFiles {
    /** More than any context holds; a device or a pipe may never end. */
    private static final int MOST_BYTES = 100_000_000;

    private TextFiles() {}

    /** The whole text of a UTF-8 file, or of standard input for {@code -}. */
    static String read(Path file) throws ForetokenException {
        boolean stdin = file.toString().equals("-");
        try {
            byte[] bytes = start(file, stdin);
            if (bytes.length > MOST_BYTES) {
                throw new ForetokenException((stdin ? "Standard input" : file) + " has more than "
                        + Digits.bytes(MOST_BYTES) + " of text: give a part of it.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new ForetokenException("There is no file " + file + "; check the path.", e);
        } catch (CharacterCodingException e) {
            throw new ForetokenException(
                    (stdin ? "Standard input" : file) + " is not UTF-8 text; convert it to UTF-8 first.", e);
        } catch (IOException e) {
            throw new ForetokenException(
                    "Cannot read " + (stdin ? "standard input" : file)
                            + (Files.isDirectory(file)
                                    ? ": it is a folder; name a text file."
                                    : " (" + ForetokenException.reason(e) + "): check the file."),
                    e);
        }
    }

    /** All of it, or a byte more than there may be. */
    private static byte[] start(Path file, boolean stdin) throws IOException {
        if (stdin) {
            return System.in.readNBytes(MOST_BYTES + 1);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES + 1);
        }
    }
}
