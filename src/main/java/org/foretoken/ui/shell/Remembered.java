package org.foretoken.ui.shell;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the window remembers from one start to the next, in {@code window.json} of the workbench's home.
 *
 * @param x of the window on the screen, in pixels; NaN leaves it to the system
 * @param modelsDivider where the list of models ends, 0 to 1
 * @param promptDivider where the answers end and the prompt begins, 0 to 1
 * @param theme a {@link org.foretoken.ui.fx.Theme}'s name
 * @param added models that the user opened or dropped in
 * @param base the last base model, or null
 * @param setup the last setup's folder, or null
 */
public record Remembered(
        double x,
        double y,
        double width,
        double height,
        boolean maximised,
        double modelsDivider,
        double promptDivider,
        String theme,
        List<String> added,
        @Nullable String base,
        @Nullable String setup) {
    private static final Logger LOG = LoggerFactory.getLogger(Remembered.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** The first start. */
    public static final Remembered NOTHING =
            new Remembered(Double.NaN, Double.NaN, 1200, 800, false, 0.3, 0.72, "SYSTEM", List.of(), null, null);

    /** Paths become absolute: the next start may be in another folder. */
    public Remembered {
        added = added.stream().map(Remembered::absolute).toList();
        base = base == null ? null : absolute(base);
        setup = setup == null ? null : absolute(setup);
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    /** What to open: the last setup where it still is, or the last base. */
    public Optional<Path> last() {
        Optional<Path> kept = Optional.ofNullable(setup).map(Path::of).filter(Files::exists);
        return kept.or(() -> Optional.ofNullable(base).map(Path::of));
    }

    /** Reads them; those of a first start when the file isn't there or can't be read, since no window is worth failing for its size. */
    public static Remembered read(Path home) {
        Path file = file(home);
        if (!Files.exists(file)) {
            return NOTHING;
        }
        try {
            ObjectNode values = JSON.valueToTree(NOTHING);
            values.setAll((ObjectNode) JSON.readTree(Files.readString(file)));
            return JSON.treeToValue(values, Remembered.class);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} can't be read; the window starts afresh", file, e);
            return NOTHING;
        }
    }

    /** Writes them, whole or not at all. */
    public void write(Path home) {
        try {
            Files.createDirectories(home);
            AtomicFile.write(file(home), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (IOException | ForetokenException e) {
            LOG.warn("{} can't be written", file(home), e);
        }
    }

    private static Path file(Path home) {
        return home.resolve("window.json");
    }
}
