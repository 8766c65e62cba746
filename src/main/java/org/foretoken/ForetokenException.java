package org.foretoken;

import com.fasterxml.jackson.core.JacksonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can do something about. The message is one sentence for them: what went wrong, where (file, field), and what to do. It is
 * shown as it is; the cause goes to the log.
 */
public final class ForetokenException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a sentence may have at most; more is something that a file or an option brought with it. */
    private static final int LONGEST = 2000;

    public ForetokenException(String sentence) {
        super(shown(sentence));
    }

    public ForetokenException(String sentence, @Nullable Throwable cause) {
        super(shown(sentence), cause);
    }

    /** Fit for a terminal and a window: names out of files may hold what moves a cursor, hides or never ends. */
    public static String shown(String sentence) {
        String clean = sentence.replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\n]]", "?");
        return clean.length() <= LONGEST
                ? clean
                : clean.substring(0, LONGEST / 2) + "…" + clean.substring(clean.length() - LONGEST / 2);
    }

    /**
     * Refuses what is no file.
     *
     * @param what it should hold
     */
    public static void requireFile(Path file, String what) throws ForetokenException {
        if (!Files.isRegularFile(file)) {
            throw new ForetokenException("There is no file " + file + " with " + what + "; check the path.");
        }
    }

    /** Why a file can't be used, in words that go into brackets. */
    public static String reason(IOException cause) {
        if (cause instanceof JacksonException json) {
            return JsonFault.words(json);
        }
        if (cause instanceof NoSuchFileException) {
            return "it doesn't exist";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileSystemLoopException) {
            return "it is a link to a folder that it lies in";
        }
        if (cause instanceof EOFException) {
            return "it ends too early";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "there is something else of that name";
        }
        if (cause instanceof CharacterCodingException) {
            return "it is not text in UTF-8";
        }
        // without the file's name, which the sentence has already
        String why = cause instanceof FileSystemException known ? known.getReason() : null;
        return why == null ? String.valueOf(cause.getMessage()) : why;
    }

    /** The sentence for the user; never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
