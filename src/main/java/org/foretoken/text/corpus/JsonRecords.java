package org.foretoken.text.corpus;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.file.Path;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** The text of a JSON file's records: one after the other, in an array, or in the {@code Data[]} of TriviaQA's own files. */
final class JsonRecords {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final @Nullable Template template;
    private final TokenBuffer buffer;

    JsonRecords(Path file, @Nullable Template template, TokenBuffer buffer) {
        this.file = file;
        this.template = template;
        this.buffer = buffer;
    }

    /** Adds the file's text to the buffer until it is full. */
    void read(Reader in) throws IOException, ForetokenException {
        try (JsonParser parser = JSON.createParser(withoutMark(in))) {
            JsonToken token = parser.nextToken();
            while (token != null && !buffer.isFull()) {
                // the brackets of an array around the records are passed over
                if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
                    int line = parser.currentTokenLocation().getLineNr();
                    JsonNode entry = JSON.readTree(parser);
                    JsonNode data = entry.path("Data");
                    if (data.isArray()) {
                        for (int i = 0; i < data.size() && !buffer.isFull(); i++) {
                            add(data.get(i), file + ", Data[" + i + "],");
                        }
                    } else {
                        add(entry, file + ", line " + line + ",");
                    }
                }
                token = parser.nextToken();
            }
        } catch (JacksonException e) {
            throw new ForetokenException(
                    file + line(e) + ": no JSON that can be read (" + ForetokenException.reason(e)
                            + "). Give a file with one JSON object a line.",
                    e);
        }
        buffer.endDocument();
    }

    /** Past the byte order mark that some editors begin a file with. */
    private static Reader withoutMark(Reader in) throws IOException {
        PushbackReader text = new PushbackReader(in);
        int first = text.read();
        if (first >= 0 && first != '\uFEFF') {
            text.unread(first);
        }
        return text;
    }

    /** Where it is; what is too long or too deep for the parser is nowhere. */
    private static String line(JacksonException e) {
        JsonLocation at = e.getLocation();
        return at == null ? "" : ", line " + at.getLineNr();
    }

    private void add(JsonNode entry, String where) throws ForetokenException {
        if (template != null) {
            buffer.add(template.fill(entry, where));
            return;
        }
        JsonNode text = entry.path("text").isTextual() ? entry.path("text") : entry.path("content");
        if (!text.isTextual()) {
            throw new ForetokenException(where + " has no text: a record needs a field 'text' or 'content', or the"
                    + " file a template that names its fields.");
        }
        buffer.add(text.textValue());
        buffer.endDocument();
    }
}
