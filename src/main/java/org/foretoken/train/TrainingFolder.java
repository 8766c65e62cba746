package org.foretoken.train;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
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
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.checkpoint.WeightSource;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What training keeps on disk to go on after an interruption: {@code training.json} says what it is, {@code state.safetensors} holds the parameters and
 * moments after a step, {@code curve.jsonl} a {@link CurvePoint} a line. The state is replaced as a whole; lines beyond its step are of work that will be
 * done again, and are cut off.
 */
public final class TrainingFolder implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** What keys of a description begin with that name a text; their order counts, for texts are dealt in turns. */
    public static final String TEXT = "text ";

    private final Path folder;
    private @Nullable FileChannel lock;

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

        /** Whether its numbers go together, in a training of so many steps. */
        boolean canBe(long steps) {
            return step >= 0
                    && step <= steps
                    && validated >= -1
                    && validated <= step
                    && bestStep >= 0
                    && bestStep <= Math.max(0, validated)
                    && waited >= 0
                    && seconds >= 0;
        }

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
            lock = locked();
            if (!exists()) {
                AtomicFile.write(
                        descriptionFile(),
                        JSON.writerWithDefaultPrettyPrinter()
                                .writeValueAsString(description)
                                .getBytes(StandardCharsets.UTF_8));
                return;
            }
            Map<String, String> begun = JSON.readValue(text(descriptionFile()), new TypeReference<>() {});
            if (begun == null) {
                throw unreadable(descriptionFile(), "it says nothing", null);
            }
            check(begun, description);
        } catch (JacksonException e) {
            throw unreadable(descriptionFile(), ForetokenException.reason(e), e);
        } catch (IOException e) {
            throw new ForetokenException(
                    folder + " can't be used (" + ForetokenException.reason(e)
                            + "): check its permissions, or choose another folder.",
                    e);
        }
    }

    /** Held until this is closed, or the process ends: two trainings at once would each undo what the other writes. */
    private FileChannel locked() throws IOException, ForetokenException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // by this process; said below
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw new ForetokenException(
                    "Another training is under way in " + folder + ": wait for it, or choose another folder.");
        }
        return channel;
    }

    private void check(Map<String, String> begun, Map<String, String> description) throws ForetokenException {
        String otherwise = null;
        for (Map.Entry<String, String> entry : description.entrySet()) {
            String before = begun.get(entry.getKey());
            if (otherwise == null && !entry.getValue().equals(before)) {
                otherwise = before == null
                        ? "without " + entry.getKey()
                        : "with " + entry.getKey() + " = " + before + ", not " + entry.getValue();
            }
        }
        for (Map.Entry<String, String> entry : begun.entrySet()) {
            if (otherwise == null && !description.containsKey(entry.getKey())) {
                otherwise = "with " + entry.getKey() + " = " + entry.getValue() + ", which is missing now";
            }
        }
        if (otherwise == null && !texts(begun).equals(texts(description))) {
            otherwise = "with its texts in another order: " + String.join(", ", texts(begun));
        }
        if (otherwise != null) {
            throw new ForetokenException("The training in " + folder + " was begun " + otherwise
                    + ": go on with what it was, delete that folder to begin again, or choose another.");
        }
    }

    private static List<String> texts(Map<String, String> description) {
        return description.keySet().stream().filter(key -> key.startsWith(TEXT)).toList();
    }

    /** A file's text. Of what is no plain file, such as a pipe, it might never come. */
    private String text(Path file) throws ForetokenException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw unreadable(file, "it is no file", null);
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, ForetokenException.reason(e), e);
        }
    }

    private ForetokenException unreadable(Path file, String why, @Nullable Exception cause) {
        return new ForetokenException(
                file + " can't be read (" + why + "): put it right, or delete " + folder + " to begin again.", cause);
    }

    /** Saves where training stands, all or nothing. */
    void save(State state, Map<String, Tensor> tensors) throws ForetokenException {
        flushCurve(); // a state without the points before it couldn't be gone on from
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
     * @param steps that there are in all
     * @return {@link State#NONE} when nothing was saved
     */
    State resume(Map<String, Tensor> tensors, long steps) throws ForetokenException {
        if (!Files.exists(stateFile())) {
            cutCurve(State.NONE);
            return State.NONE;
        }
        try (SafetensorsFile file = stored();
                NoGradGuard none = new NoGradGuard()) {
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                try (PointerScope scope = new PointerScope()) {
                    entry.getValue().copy_(saved(file.weights(), entry.getKey(), entry.getValue()));
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
            if (!state.canBe(steps)) {
                throw damaged(
                        "has numbers that can't be: step " + state.step() + " of " + steps + ", validated "
                                + state.validated() + ", best_step " + state.bestStep() + ", waited " + state.waited()
                                + ", seconds " + state.seconds(),
                        null);
            }
            cutCurve(state);
            return state;
        } catch (NumberFormatException e) {
            throw damaged("isn't training's", e);
        }
    }

    private SafetensorsFile stored() throws ForetokenException {
        try {
            return SafetensorsFile.open(stateFile());
        } catch (ForetokenException e) {
            throw new ForetokenException(
                    e.sentence() + " It is a training's state: delete " + folder + " to begin that again.", e);
        }
    }

    /** A tensor of the state. One of another shape might be spread over the one it goes into. */
    private Tensor saved(WeightSource state, String name, Tensor into) throws ForetokenException {
        List<Long> shape = LongStream.range(0, into.dim()).mapToObj(into::size).toList();
        if (!state.contains(name)
                || !state.info(name).shape().equals(shape)
                || state.info(name).dtype() != DType.F32) {
            throw damaged("has no tensor " + name + " of shape " + shape + " in F32: it's of another training", null);
        }
        Tensor tensor = state.tensor(name);
        if (!Tensors.isFinite(tensor)) {
            throw damaged("has numbers in " + name + " that aren't finite", null);
        }
        return tensor;
    }

    private ForetokenException damaged(String how, @Nullable Exception cause) {
        return new ForetokenException(stateFile() + " " + how + ". Delete " + folder + " to begin again.", cause);
    }

    private String field(Map<String, String> saved, String name) throws ForetokenException {
        String value = saved.get(name);
        if (value == null) {
            throw damaged("lacks " + name + " in its metadata", null);
        }
        return value;
    }

    private void cutCurve(State state) throws ForetokenException {
        List<CurvePoint> points = curve();
        for (long step : new long[] {0, state.bestStep()}) {
            boolean known = points.stream().anyMatch(point -> point.heldOut() && point.step() == step);
            if (state.validated() >= 0 && !known) {
                throw unreadable(curveFile(), "it lacks the look at held-out text after step " + step, null);
            }
        }
        if (points.isEmpty()) {
            return;
        }
        StringBuilder kept = new StringBuilder();
        for (CurvePoint point : points) {
            if (point.step() <= (point.heldOut() ? state.validated() : state.step())) {
                kept.append(line(point));
            }
        }
        AtomicFile.write(curveFile(), kept.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void flushCurve() throws ForetokenException {
        if (Files.exists(curveFile())) {
            try (FileChannel curve = FileChannel.open(curveFile(), StandardOpenOption.WRITE)) {
                curve.force(true);
            } catch (IOException e) {
                throw unwritable(e);
            }
        }
    }

    private ForetokenException unwritable(IOException cause) {
        return new ForetokenException(
                curveFile() + " can't be written (" + ForetokenException.reason(cause)
                        + "): free some space or check its permissions; the same command goes on then.",
                cause);
    }

    /** Adds a point. */
    void add(CurvePoint point) throws ForetokenException {
        try {
            Files.writeString(curveFile(), line(point), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritable(e);
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
        List<String> lines = text(curveFile()).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                CurvePoint point = JSON.readValue(lines.get(i), CurvePoint.class);
                if (point == null || (Object) point.losses() == null) {
                    throw unreadable(curveFile(), "line " + (i + 1) + " is no point", null);
                }
                points.add(point);
            } catch (JacksonException e) {
                if (i < lines.size() - 1) {
                    throw unreadable(curveFile(), "line " + (i + 1) + ": " + ForetokenException.reason(e), e);
                }
            }
        }
        return points;
    }

    /** Lets another training into the folder. */
    @Override
    public void close() throws ForetokenException {
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw new ForetokenException(folder + " can't be let go of: " + e.getMessage(), e);
            }
        }
    }
}
