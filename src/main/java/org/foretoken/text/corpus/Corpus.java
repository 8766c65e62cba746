package org.foretoken.text.corpus;

import java.util.ArrayList;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.text.Tokenizer;

/** Text as tokens, a part for each source of text. */
public record Corpus(List<Part> parts) {
    public Corpus {
        parts = List.copyOf(parts);
    }

    /** What was read from one source. The arrays are its own: read only. */
    public static final class Part {
        private final TextPart source;
        private final int[] tokens;
        private final int[] starts;
        private final String sha256;

        Part(TextPart source, int[] tokens, int[] starts, String sha256) {
            this.source = source;
            this.tokens = tokens;
            this.starts = starts;
            this.sha256 = sha256;
        }

        public TextPart source() {
            return source;
        }

        /** All documents, one after the other; nothing is put between them. */
        public int[] tokens() {
            return tokens;
        }

        /** Where each document begins in {@link #tokens}, ascending, the first at 0. */
        public int[] starts() {
            return starts;
        }

        /** Of the bytes read, in hex digits: another one says that the files have changed. */
        public String sha256() {
            return sha256;
        }
    }

    /**
     * Reads text. A plain text file is one document, or several where it has the tokenizer's end-of-text tokens; a record is one; a file of questions
     * is one.
     *
     * @param maxTokensPerPart where to stop reading a part
     * @throws ForetokenException when a file is missing, empty, not UTF-8 text, or a record has no text
     * @throws java.util.concurrent.CancellationException by {@code progress}
     */
    public static Corpus read(List<TextPart> parts, Tokenizer tokenizer, long maxTokensPerPart, Progress progress)
            throws ForetokenException {
        List<Part> read = new ArrayList<>();
        for (TextPart part : parts) {
            read.add(read(part, tokenizer, maxTokensPerPart, progress));
        }
        return new Corpus(read);
    }

    /**
     * Reads so many tokens in all, divided among the parts by weight; fewer where a part has not that many. Otherwise as {@link #read}.
     *
     * @param tokens at least one for each part is read
     */
    public static Corpus readShares(List<TextPart> parts, Tokenizer tokenizer, long tokens, Progress progress)
            throws ForetokenException {
        double weights = parts.stream().mapToDouble(TextPart::weight).sum();
        List<Part> read = new ArrayList<>();
        double weight = 0;
        long dealt = 0;
        for (TextPart part : parts) {
            weight += part.weight();
            long share = Math.round(tokens * (weight / weights)) - dealt;
            dealt += share;
            read.add(read(part, tokenizer, Math.max(1, share), progress));
        }
        return new Corpus(read);
    }

    private static Part read(TextPart part, Tokenizer tokenizer, long maxTokens, Progress progress)
            throws ForetokenException {
        return new PartReader(part, tokenizer, maxTokens, progress).read();
    }
}
