package org.foretoken.text.corpus;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Sha256;
import org.foretoken.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/** Reads one part of a corpus. */
final class PartReader {
    private static final List<String> RECORDS = List.of(".jsonl", ".ndjson", ".json");
    private static final List<String> PLAIN = List.of(".txt", ".text", ".md");
    private static final String GZIP = ".gz";

    /** Beyond these, sums and quotients of weights overflow, or a text gets no share at all. */
    private static final double LEAST_WEIGHT = 1e-6;

    private static final double MOST_WEIGHT = 1e6;

    private final TextPart part;
    private final TokenBuffer buffer;
    private final Progress progress;
    private final @Nullable Template template;
    private final MessageDigest digest;

    private long bytesDone;
    private long bytesInAll;

    PartReader(TextPart part, Tokenizer tokenizer, long maxTokens, Progress progress) throws ForetokenException {
        this.part = part;
        this.progress = progress;
        if (!(part.weight() >= LEAST_WEIGHT && part.weight() <= MOST_WEIGHT)) {
            throw new ForetokenException("The weight " + part.weight() + " of " + part.path()
                    + " is no share: give a number above 0, from 1e-6 to 1e6.");
        }
        template = part.template() == null ? null : new Template(part.template());
        buffer = new TokenBuffer(tokenizer, maxTokens);
        digest = Sha256.digest();
    }

    Corpus.Part read() throws ForetokenException {
        List<Path> files = files();
        for (Path file : files) {
            bytesInAll += size(file);
        }
        for (Path file : files) {
            if (!buffer.isFull()) {
                read(file);
            }
        }
        int[] tokens = buffer.tokens();
        if (tokens.length == 0) {
            throw new ForetokenException(part.path() + " has no text in it: give a file with text.");
        }
        return new Corpus.Part(part, tokens, buffer.starts(), Sha256.hex(digest));
    }

    /** The file itself, or what a folder and the folders in it hold, in the order of the names. */
    private List<Path> files() throws ForetokenException {
        Path path = part.path();
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> tree = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = tree.filter(file -> isText(file) && !isHidden(path.relativize(file)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new ForetokenException("The folder " + path + " has no "
                        + (template == null ? String.join(", ", PLAIN) + " or " : "") + String.join(", ", RECORDS)
                        + " file in it: name a folder with text.");
            }
            return files;
        } catch (IOException e) {
            throw unreadable(path, e);
        } catch (UncheckedIOException e) {
            throw unreadable(path, Objects.requireNonNull(e.getCause()));
        }
    }

    private static ForetokenException unreadable(Path folder, IOException cause) {
        String where = cause instanceof FileSystemException known ? String.valueOf(known.getFile()) : "a part of it";
        return new ForetokenException(
                "The folder " + folder + " can't be read, for " + where + " can't (" + ForetokenException.reason(cause)
                        + "): take that out, or name the files one by one.",
                cause);
    }

    private boolean isText(Path file) {
        return isOf(RECORDS, file) || (template == null && isOf(PLAIN, file));
    }

    static boolean isOf(List<String> endings, Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT); // the root has none
        String plain = name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
        return endings.stream().anyMatch(plain::endsWith);
    }

    private static boolean isHidden(Path inFolder) {
        return StreamSupport.stream(inFolder.spliterator(), false)
                .anyMatch(name -> name.toString().startsWith("."));
    }

    private static long size(Path file) throws ForetokenException {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ForetokenException("There is no file " + file + " that can be read; check the path.", e);
        }
    }

    private void read(Path file) throws ForetokenException {
        boolean records = isOf(RECORDS, file);
        if (template != null && !records) {
            throw new ForetokenException("A template makes text of records, but " + file
                    + " is plain text: leave the template out, or give a .jsonl file.");
        }
        try (InputStream bytes = new Meter(file);
                InputStream plain = file.toString().endsWith(GZIP) ? new GZIPInputStream(bytes) : bytes;
                // a decoder of one's own reports what is no UTF-8, where the usual one replaces it
                Reader in = new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder())) {
            if (records) {
                new JsonRecords(file, template, buffer).read(in);
            } else {
                plain(file, in);
            }
        } catch (CharacterCodingException e) {
            throw new ForetokenException(file + " is not text in UTF-8: give a plain text file.", e);
        } catch (ZipException | EOFException e) {
            throw new ForetokenException(
                    file + " is no whole gzip file: " + ForetokenException.reason(e)
                            + ". Get it again, or unpack it first.",
                    e);
        } catch (IOException e) {
            throw new ForetokenException(
                    "The text " + file + " can't be read (" + ForetokenException.reason(e)
                            + "): check the path and its permissions.",
                    e);
        }
    }

    private void plain(Path file, Reader in) throws IOException, ForetokenException {
        char[] some = new char[8192];
        boolean first = true;
        for (int count = in.read(some); count >= 0 && !buffer.isFull(); count = in.read(some)) {
            String text = new String(some, 0, count);
            if (text.indexOf('\0') >= 0) {
                throw new ForetokenException(file + " is a binary file, not text in UTF-8: give a plain text file.");
            }
            buffer.add(first && text.startsWith("\uFEFF") ? text.substring(1) : text);
            first = false;
        }
        buffer.endDocument();
    }

    /** A file's bytes, summed up and reported as they are read. */
    private final class Meter extends FilterInputStream {
        private final String what;

        Meter(Path file) throws IOException {
            super(Files.newInputStream(file));
            what = "Reading " + file.getFileName();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            progress.report(what, bytesDone, bytesInAll);
            int count = super.read(into, from, most);
            if (count > 0) {
                digest.update(into, from, count);
                bytesDone += count;
            }
            return count;
        }
    }
}
