package org.foretoken.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.text.Tokenizer;
import org.foretoken.text.corpus.Corpus;
import org.foretoken.text.corpus.TextPart;

/** A text of which no more is read than is needed: a file may be larger than memory. */
public final class TextStart {
    private static final String BUILT_IN = "/org/foretoken/calibrate/text.txt";

    /** Reads the first tokens, perhaps a few more. */
    @FunctionalInterface
    private interface Beginning {
        int[] tokens(int count, Tokenizer tokenizer, Progress progress) throws ForetokenException;
    }

    private final Beginning beginning;

    private TextStart(Beginning beginning) {
        this.beginning = beginning;
    }

    /**
     * That of a text file, a file of records, or a folder of them.
     *
     * @throws ForetokenException when it isn't there
     */
    public static TextStart of(Path path) throws ForetokenException {
        if (!Files.exists(path)) {
            throw new ForetokenException("There is no file " + path + "; check the path.");
        }
        return new TextStart((count, tokenizer, progress) ->
                Corpus.read(List.of(TextPart.of(path)), tokenizer, count, progress).parts().stream()
                        .flatMapToInt(part -> Arrays.stream(part.tokens()))
                        .toArray());
    }

    /** That of a text in hand. */
    public static TextStart of(String text) {
        return new TextStart((count, tokenizer, progress) -> tokenizer.encode(text));
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
    int[] tokens(int count, Tokenizer tokenizer, Progress progress) throws ForetokenException {
        int[] tokens = beginning.tokens(count, tokenizer, progress);
        return tokens.length > count ? Arrays.copyOf(tokens, count) : tokens;
    }
}
