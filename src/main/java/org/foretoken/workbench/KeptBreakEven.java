package org.foretoken.workbench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was measured of a setup last, kept in {@code break-even.json} of the workbench's home, so that the panel needn't begin empty.
 *
 * @param setup all that is known of the setup as it was then: of another one, or one made anew, it tells nothing
 * @param time when it was measured, to the minute
 */
public record KeptBreakEven(String setup, String time, BreakEven.Result result) {
    private static final Logger LOG = LoggerFactory.getLogger(KeptBreakEven.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** What has just been measured. */
    public static KeptBreakEven of(SetupSummary setup, String time, BreakEven.Result result) {
        return new KeptBreakEven(setup.toString(), time, result);
    }

    /** What was kept of the setup as it is; empty when there is nothing, or it can't be read, since it can be measured again. */
    public static Optional<KeptBreakEven> read(Path home, SetupSummary setup) {
        JsonNode kept = all(home).path(setup.folder().toString());
        if (!kept.path("setup").asText().equals(setup.toString())) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.treeToValue(kept, KeptBreakEven.class));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} can't be read", file(home), e);
            return Optional.empty();
        }
    }

    /** Keeps it instead of what was kept of the setup in that folder. */
    public boolean write(Path home, Path folder) {
        ObjectNode all = all(home);
        all.set(folder.toString(), JSON.valueToTree(this));
        try {
            Files.createDirectories(home);
            AtomicFile.write(file(home), JSON.writeValueAsBytes(all));
            return true;
        } catch (IOException | ForetokenException e) {
            LOG.warn("{} can't be written", file(home), e);
            return false;
        }
    }

    private static ObjectNode all(Path home) {
        try {
            return Files.exists(file(home))
                    ? (ObjectNode) JSON.readTree(Files.readString(file(home)))
                    : JSON.createObjectNode();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} can't be read; it begins afresh", file(home), e);
            return JSON.createObjectNode();
        }
    }

    private static Path file(Path home) {
        return home.resolve("break-even.json");
    }
}
