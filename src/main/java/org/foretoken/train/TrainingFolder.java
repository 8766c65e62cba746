package org.foretoken.train;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;

/**
 * What training keeps on disk to go on after an interruption: {@code training.json} says what it is, {@code state.safetensors} holds the parameters and
 * moments after a step, {@code curve.jsonl} a {@link CurvePoint} a line. The state is replaced as a whole; lines beyond its step are of work that will be
 * done again, and are cut off.
 */
public final class TrainingFolder {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path folder;

    /** @param folder need not exist */
    public TrainingFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Where training stands.
     *
     * @param step done
     * @param seconds of training so far
     * @param best the best validation's score; NaN before the first
     * @param bestStep when that was
     * @param waited validations since then
     * @param validated the step after which the last validation was made; -1 before the first
     */
    record State(long step, double seconds, double best, long bestStep, int waited, long validated) {
        static final State NONE = new State(0, 0, Double.NaN, 0, 0, -1);

        State stepped(double longer) {
            return new State(step + 1, seconds + longer, best, bestStep, waited, validated);
        }

        State validated(double score) {
            boolean better = Double.isNaN(best) || score < best;
            return new State(
                    step, seconds, better ? score : best, better ? step : bestStep, better ? 0 : waited + 1, step);
        }
    }

    private Path stateFile() {
        return folder.resolve("state.safetensors");
    }

    private Path curveFile() {
        return folder.resolve("curve.jsonl");
    }

    private Path descriptionFile() {
        return folder.resolve("training.json");
    }

    /** Whether there is a state to go on from. */
    public boolean hasState() {
        return Files.exists(stateFile());
    }

    /** Whether some training was begun here. */
    public boolean exists() {
        return Files.exists(descriptionFile());
    }

    /**
     * Says what is trained on what, or checks that what was begun here is the same.
     *
     * @param description settings, models and texts by hash: all that the numbers depend on
     * @throws ForetokenException naming what has changed
     */
    public void open(Map<String, String> description) throws ForetokenException {
        try {
            Files.createDirectories(folder);
            if (!exists()) {
                AtomicFile.write(
                        descriptionFile(),
                        JSON.writerWithDefaultPrettyPrinter()
                                .writeValueAsString(description)
                                .getBytes(StandardCharsets.UTF_8));
                return;
            }
            Map<String, String> begun = JSON.readValue(
                    Files.readString(descriptionFile()), new TypeReference<LinkedHashMap<String, String>>() {});
            for (Map.Entry<String, String> entry : description.entrySet()) {
                String before = begun.get(entry.getKey());
                if (!entry.getValue().equals(before)) {
                    throw new ForetokenException("The training in " + folder + " was begun with " + entry.getKey()
                            + " = " + before + ", not " + entry.getValue()
                            + ": go on with what it was, delete that folder to begin again, or choose another.");
                }
            }
        } catch (JacksonException e) {
            throw new ForetokenException(
                    descriptionFile() + " can't be read: delete " + folder + " to begin again.", e);
        } catch (IOException e) {
            throw new ForetokenException(folder + " can't be used: " + ForetokenException.reason(e), e);
        }
    }

    /** Saves where training stands, all or nothing. */
    void save(State state, Map<String, Tensor> tensors) throws ForetokenException {
        SafetensorsWriter.write(
                stateFile(),
                tensors,
                Map.of(
                        "step", Long.toString(state.step()),
                        "seconds", Double.toString(state.seconds()),
                        "best", Double.toString(state.best()),
                        "best_step", Long.toString(state.bestStep()),
                        "waited", Integer.toString(state.waited()),
                        "validated", Long.toString(state.validated())));
    }

    /**
     * Reads where training stands into the tensors of the same names, and cuts the curve off there.
     *
     * @return {@link State#NONE} when nothing was saved
     */
    State resume(Map<String, Tensor> tensors) throws ForetokenException {
        if (!Files.exists(stateFile())) {
            cutCurve(State.NONE);
            return State.NONE;
        }
        try (SafetensorsFile file = SafetensorsFile.open(stateFile());
                NoGradGuard none = new NoGradGuard()) {
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                try (PointerScope scope = new PointerScope()) {
                    entry.getValue().copy_(file.weights().tensor(entry.getKey()));
                }
            }
            Map<String, String> saved = file.metadata();
            State state = new State(
                    Long.parseLong(field(saved, "step")),
                    Double.parseDouble(field(saved, "seconds")),
                    Double.parseDouble(field(saved, "best")),
                    Long.parseLong(field(saved, "best_step")),
                    Integer.parseInt(field(saved, "waited")),
                    Long.parseLong(field(saved, "validated")));
            cutCurve(state);
            return state;
        } catch (NumberFormatException e) {
            throw new ForetokenException(stateFile() + " isn't training's: delete " + folder + " to begin again.", e);
        }
    }

    private String field(Map<String, String> saved, String name) throws ForetokenException {
        String value = saved.get(name);
        if (value == null) {
            throw new ForetokenException(
                    stateFile() + " lacks " + name + " in its metadata: delete " + folder + " to begin again.");
        }
        return value;
    }

    private void cutCurve(State state) throws ForetokenException {
        if (!Files.exists(curveFile())) {
            return;
        }
        StringBuilder kept = new StringBuilder();
        for (CurvePoint point : curve()) {
            if (point.step() <= (point.heldOut() ? state.validated() : state.step())) {
                kept.append(line(point));
            }
        }
        AtomicFile.write(curveFile(), kept.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a point. */
    void add(CurvePoint point) throws ForetokenException {
        try {
            Files.writeString(curveFile(), line(point), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ForetokenException(curveFile() + " can't be written: " + ForetokenException.reason(e), e);
        }
    }

    private static String line(CurvePoint point) throws ForetokenException {
        try {
            return JSON.writeValueAsString(point) + "\n";
        } catch (JacksonException e) {
            throw new ForetokenException("A point of the curve can't be written: " + ForetokenException.reason(e), e);
        }
    }

    /** All points so far. A last line that a killed process left unfinished is passed over. */
    public List<CurvePoint> curve() throws ForetokenException {
        List<CurvePoint> points = new ArrayList<>();
        if (!Files.exists(curveFile())) {
            return points;
        }
        try {
            List<String> lines = Files.readAllLines(curveFile());
            for (int i = 0; i < lines.size(); i++) {
                try {
                    points.add(JSON.readValue(lines.get(i), CurvePoint.class));
                } catch (JacksonException e) {
                    if (i < lines.size() - 1) {
                        throw new ForetokenException(
                                curveFile() + ", line " + (i + 1) + " can't be read: " + ForetokenException.reason(e),
                                e);
                    }
                }
            }
        } catch (IOException e) {
            throw new ForetokenException(curveFile() + " can't be read: " + ForetokenException.reason(e), e);
        }
        return points;
    }
}
