package org.foretoken.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.foretoken.ForetokenException;
import org.foretoken.text.Tokenizer;

/** A text of which no more is read than is needed: a file may be larger than memory. */
public final class TextStart {
    /** Bytes of a token at first; more are read where they don't do. */
    private static final long BYTES_PER_TOKEN = 8;

    private static final long MOST = Integer.MAX_VALUE - 8L;
    private static final String BUILT_IN = "/org/foretoken/calibrate/text.txt";

    /** The first bytes of a text as characters. */
    @FunctionalInterface
    private interface Beginning {
        /** Without a character that is cut at the end. */
        String read(long bytes) throws ForetokenException;
    }

    private final Beginning beginning;
    private final long bytes;

    private TextStart(Beginning beginning, long bytes) {
        this.beginning = beginning;
        this.bytes = bytes;
    }

    /**
     * That of a UTF-8 file.
     *
     * @throws ForetokenException when there is no such file
     */
    public static TextStart of(Path file) throws ForetokenException {
        if (!Files.isRegularFile(file)) {
            throw new ForetokenException(
                    Files.exists(file)
                            ? "Cannot read " + file + ": it is a folder; name a text file."
                            : "There is no file " + file + "; check the path.");
        }
        try {
            return new TextStart(bytes -> read(file, bytes), Files.size(file));
        } catch (IOException e) {
            throw new ForetokenException("Cannot read " + file + ": " + e.getMessage() + ".", e);
        }
    }

    /** That of a text in hand. */
    public static TextStart of(String text) {
        return new TextStart(bytes -> text, 0);
    }

    /** That of the text that comes with the program. */
    public static TextStart builtIn() {
        try (InputStream in = TextStart.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException("no " + BUILT_IN + " on the class path");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(BUILT_IN, e);
        }
    }

    /** The first so many tokens, without BOS; fewer where the text has no more. */
    int[] tokens(int count, Tokenizer tokenizer) throws ForetokenException {
        long read = Math.min(MOST, count * BYTES_PER_TOKEN);
        int[] tokens = tokenizer.encode(beginning.read(read), false);
        while (tokens.length < count && read < Math.min(MOST, bytes)) {
            read = Math.min(MOST, 4 * read);
            tokens = tokenizer.encode(beginning.read(read), false);
        }
        return tokens.length > count ? Arrays.copyOf(tokens, count) : tokens;
    }

    private static String read(Path file, long most) throws ForetokenException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) most);
            int end = bytes.length;
            if (end == most) {
                // a character that may be cut is left out
                while (end > 0 && (bytes[end - 1] & 0xc0) == 0x80) {
                    end--;
                }
                end = Math.max(0, end - 1);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ForetokenException(file + " is not UTF-8 text; convert it to UTF-8 first.", e);
        } catch (IOException e) {
            throw new ForetokenException("Cannot read " + file + ": " + e.getMessage() + ".", e);
        }
    }
}
