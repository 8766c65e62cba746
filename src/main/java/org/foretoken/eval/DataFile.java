package org.foretoken.eval;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Sha256;

/**
 * The examples of a data file: JSON records one after the other, in an array, or in the {@code Data[]} of TriviaQA's own files, gzipped where the name
 * ends in .gz; or the rows of a .parquet file. Read record by record, for the official files with their evidence are large.
 */
final class DataFile {
    /** Leaves the stream open at its end, for the rest of the file belongs to its hash. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

    private final Path file;
    private final Task task;
    private final Progress progress;
    private final List<Example> examples = new ArrayList<>();

    private DataFile(Path file, Task task, Progress progress) {
        this.file = file;
        this.task = task;
        this.progress = progress;
    }

    /**
     * What was read.
     *
     * @param examples in the file's order, at least one
     * @param sha256 of the file
     */
    record Content(List<Example> examples, String sha256) {}

    static Content read(Path file, Task task, Progress progress) throws ForetokenException {
        return new DataFile(file, task, progress).read();
    }

    private Content read() throws ForetokenException {
        ForetokenException.requireFile(file, "questions");
        if (file.toString().endsWith(".parquet")) {
            ParquetRecords.read(file, columns(), record -> add(record, "record " + (examples.size() + 1)));
            return content(Sha256.hex(file));
        }
        MessageDigest digest = Sha256.digest();
        try (InputStream bytes = new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), digest);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                JsonParser parser = JSON.createParser(plain)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                // the brackets of an array around the records are passed over
                if (token == JsonToken.START_OBJECT) {
                    object(parser);
                } else if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
                    throw noRecord(parser);
                }
            }
            bytes.transferTo(OutputStream.nullOutputStream());
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation(); // none where a limit was passed
            throw new ForetokenException(
                    file + (at == null ? "" : ", line " + at.getLineNr()) + ": no JSON that can be read ("
                            + ForetokenException.reason(e)
                            + "). Get the file again, or give one with a JSON object a line.",
                    e);
        } catch (ZipException | EOFException e) {
            throw new ForetokenException(
                    file + " is no whole gzip file (" + ForetokenException.reason(e)
                            + "). Get it again, or unpack it first.",
                    e);
        } catch (IOException e) {
            throw new ForetokenException(
                    file + " can't be read: " + ForetokenException.reason(e) + ". Get the file again.", e);
        }
        return content(Sha256.hex(digest));
    }

    private Content content(String sha256) throws ForetokenException {
        if (examples.isEmpty()) {
            throw new ForetokenException(file + " has no questions in it: give a file with a JSON object a line.");
        }
        return new Content(List.copyOf(examples), sha256);
    }

    /** Where the task's paths begin. */
    private Set<String> columns() {
        Set<String> columns = new TreeSet<>();
        task.fields()
                .values()
                .forEach(paths -> paths.forEach(path -> {
                    for (String part : path.split("\\+", -1)) {
                        columns.add(part.split("\\.", -1)[0]);
                    }
                }));
        return columns;
    }

    /** A record, or the wrapper around {@code Data[]}. */
    private void object(JsonParser parser) throws IOException, ForetokenException {
        int line = parser.currentTokenLocation().getLineNr();
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        boolean wrapper = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && name.equals("Data")) {
                wrapper = true;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.START_OBJECT) {
                        throw noRecord(parser);
                    }
                    int at = parser.currentTokenLocation().getLineNr();
                    add(JSON.readTree(parser), "record " + (examples.size() + 1) + " (line " + at + ")");
                }
            } else {
                entry.set(name, JSON.<JsonNode>readTree(parser));
            }
        }
        if (!wrapper) {
            add(entry, "record " + (examples.size() + 1) + " (line " + line + ")");
        }
    }

    private ForetokenException noRecord(JsonParser parser) {
        return new ForetokenException(
                file + ", line " + parser.currentTokenLocation().getLineNr()
                        + ": a record must be a JSON object. Give a file with one a line.");
    }

    private void add(JsonNode entry, String at) {
        progress.report("Reading " + file.getFileName(), examples.size(), 0);
        Map<String, List<String>> values = new HashMap<>();
        task.fields().forEach((name, paths) -> {
            for (String path : paths) {
                List<String> found = new ArrayList<>();
                for (String part : path.split("\\+", -1)) {
                    collect(entry, part.split("\\.", -1), 0, found);
                }
                if (!found.isEmpty()) {
                    values.put(name, List.copyOf(found));
                    return;
                }
            }
        });
        String number = "#" + (examples.size() + 1);
        List<String> own = values.get("id");
        String where = file + ", " + at + ",";
        examples.add(new Example(own == null ? number : own.get(0), where, values));
    }

    /** The texts, numbers and truth values at a path; a list on the way is gone through. */
    private static void collect(JsonNode node, String[] path, int at, List<String> into) {
        if (node.isArray()) {
            node.forEach(each -> collect(each, path, at, into));
        } else if (at < path.length) {
            collect(node.path(path[at]), path, at + 1, into);
        } else if (node.isValueNode() && !node.isNull()) {
            into.add(node.asText());
        }
    }
}
