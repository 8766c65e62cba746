package org.foretoken.workbench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prompt to try. A model's folder may bring its own in {@code examples.json}, a list of objects with these fields.
 *
 * @param title for a button
 * @param oneLine whether the answer ends with its first line
 */
public record PromptExample(String title, String text, boolean oneLine) {
    private static final Logger LOG = LoggerFactory.getLogger(PromptExample.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Those that a model brings; none when it doesn't, or when its file is broken: no model is worth refusing for its examples. */
    static List<PromptExample> of(Path model) {
        Path file = model.resolve("examples.json");
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return JSON.readValue(Files.readString(file), new TypeReference<>() {});
        } catch (JacksonException e) {
            LOG.warn("{} is not a list of examples", file, e);
        } catch (IOException e) {
            LOG.warn("{} can't be read", file, e);
        }
        return List.of();
    }
}
