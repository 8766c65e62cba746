package org.foretoken.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one arm, JSON lines that are only ever added to: a {@link AnswerHeader}, then an {@link Answered} a line in the order of the questions. A
 * process that was killed leaves all but the last line whole; the next one goes on after them. One process writes at a time.
 */
public final class AnswerFile implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private final Path file;
    private final FileChannel channel;
    private final List<Answered> before = new ArrayList<>();

    private AnswerFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file, new or begun under the same header.
     *
     * @param file its folder is made where needed
     * @param questions that it may hold answers to
     * @throws ForetokenException when it holds answers of another evaluation, is broken, in use, or can't be written
     */
    public static AnswerFile open(Path file, AnswerHeader header, List<Questions.Question> questions)
            throws ForetokenException {
        FileChannel channel = null;
        AnswerFile opened = null;
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(file, channel);
            AnswerFile answers = new AnswerFile(file, channel);
            answers.resume(header, questions);
            opened = answers;
            return answers;
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            if (opened == null && channel != null) {
                close(channel);
            }
        }
    }

    /** Held until the channel closes. */
    private static void lock(Path file, FileChannel channel) throws IOException, ForetokenException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new ForetokenException(
                    file + " is being written by another evaluation: wait for it, or choose another folder.");
        }
    }

    private void resume(AnswerHeader header, List<Questions.Question> questions)
            throws IOException, ForetokenException {
        // through the channel that holds the lock: to close another on the same file would give the lock up
        byte[] bytes = Channels.newInputStream(channel).readAllBytes();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--; // what a killed process left of its last line
        }
        List<String> lines =
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            channel.truncate(0);
            write(JSON.writeValueAsString(header));
            return;
        }
        // through its text, for numbers of the same value are equal only if they were read
        check(JSON.readTree(JSON.writeValueAsString(header)), tree(lines, 0));
        for (int i = 1; i < lines.size(); i++) {
            Answered answer = answer(lines, i);
            // there may be more than are asked now, by a lower limit
            if (i <= questions.size()) {
                if (!answer.prompt().equals(questions.get(i - 1).prompt())) {
                    throw new ForetokenException(file + ", line " + (i + 1)
                            + " answers another question than the task asks there: give another folder, or delete the file"
                            + " to begin again.");
                }
                before.add(answer);
            }
        }
        channel.truncate(end);
        channel.position(end);
    }

    private JsonNode tree(List<String> lines, int at) throws ForetokenException {
        try {
            return JSON.readTree(lines.get(at));
        } catch (JacksonException e) {
            throw broken(at, e);
        }
    }

    private Answered answer(List<String> lines, int at) throws ForetokenException {
        try {
            Answered answer = JSON.readValue(lines.get(at), Answered.class);
            if ((Object) answer == null || (Object) answer.prompt() == null || (Object) answer.scores() == null) {
                throw broken(at, null);
            }
            return answer;
        } catch (JacksonException e) {
            throw broken(at, e);
        }
    }

    private ForetokenException broken(int at, @Nullable JacksonException cause) {
        String sentence =
                file + ", line " + (at + 1) + " is no line of an evaluation's answers: delete the file to begin"
                        + " again, or give another folder.";
        return cause == null ? new ForetokenException(sentence) : new ForetokenException(sentence, cause);
    }

    private void check(JsonNode wanted, JsonNode found) throws ForetokenException {
        List<String> names = new ArrayList<>();
        for (JsonNode each : List.of(wanted, found)) {
            for (Map.Entry<String, JsonNode> field : each.properties()) {
                names.add(field.getKey());
            }
        }
        for (String name : names) {
            if (!wanted.path(name).equals(found.path(name))) {
                throw new ForetokenException(file + " holds answers of another evaluation: its " + name + " is "
                        + shown(found.path(name)) + ", not " + shown(wanted.path(name))
                        + ". Give another folder, or delete the file to begin again.");
            }
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.toString();
    }

    /** The answers that were there when it was opened, as far as they are asked for. */
    public List<Answered> before() {
        return List.copyOf(before);
    }

    /** Adds an answer. */
    public void add(Answered answer) throws ForetokenException {
        try {
            write(JSON.writeValueAsString(answer));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** A line in one go, so that a killed process leaves a part of one at most. */
    private void write(String line) throws IOException {
        AtomicFile.writeFully(channel, ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static ForetokenException unwritable(Path file, IOException cause) {
        return new ForetokenException(
                file + " can't be written (" + ForetokenException.reason(cause)
                        + "): free some space, or choose another folder.",
                cause);
    }

    private static void close(FileChannel channel) throws ForetokenException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ForetokenException("An evaluation's file can't be closed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws ForetokenException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            close(channel);
        }
    }
}
