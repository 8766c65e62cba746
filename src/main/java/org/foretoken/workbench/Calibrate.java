package org.foretoken.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Calibration;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Inference;

/** Fits a setup's predictor in closed form. Runs on the engine thread. */
public final class Calibrate {
    /** Tokens that a fit reads unless told otherwise: under a minute for a model of 135M parameters on two cores. */
    public static final int TOKENS = 8192;

    /** The ridge weight unless told otherwise. */
    public static final double LAMBDA = Calibration.LAMBDA;

    /** Text that comes with the program, for who has none at hand. */
    private static final String BUILT_IN = "/org/foretoken/calibrate/text.txt";

    /** More characters than a token ever takes on average. */
    private static final int CHARACTERS_PER_TOKEN = 12;

    /**
     * How to fit.
     *
     * @param text files to read, in equal shares; empty takes the text that comes with the program
     * @param tokens how many to read at most
     * @param lambda ridge weight relative to the mean square of the input
     */
    public record Request(Path setup, List<Path> text, Source source, int tokens, double lambda) {}

    /**
     * How well it fits, on the calibration text itself.
     *
     * @param keyErrors relative error of the keys for each base layer; 0 where shared
     * @param valueErrors likewise of the values
     * @param notes sentences on what to know about the fit; mostly none
     */
    public record Result(
            SetupSummary setup,
            long tokens,
            double seconds,
            List<Double> keyErrors,
            List<Double> valueErrors,
            List<String> notes) {}

    private final Workbench workbench;

    public Calibrate(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads the text, fits, and writes the predictor into the setup's folder. */
    public Result run(Request request, Progress progress) throws ForetokenException {
        if (request.tokens() < 1) {
            throw new ForetokenException("A fit needs text: read at least one token, better some thousand.");
        }
        LoadedModels models = workbench.models();
        LoadedModels.LoadedSetup loaded = models.setup(request.setup(), progress);
        int[] tokens = tokens(request, loaded.base().tokenizerOrSentence());
        long began = System.nanoTime();
        try (Inference mode = Inference.begin();
                Setup setup = new Setup(
                        loaded.setup().base(),
                        loaded.auxiliary(),
                        loaded.file().selectLayers(),
                        loaded.setup().map(),
                        request.source())) {
            Calibration.Result fit = Calibration.run(setup, tokens, request.lambda(), progress);
            try (PredictorWeights weights = fit.weights()) {
                weights.write(SetupFile.predictorIn(loaded.folder()), request.source());
            }
            List<String> read = request.text().isEmpty()
                    ? List.of("built-in text")
                    : request.text().stream().map(Path::toString).toList();
            SetupFile.Origin origin = new SetupFile.Origin("calibrated", fit.tokens(), read, request.lambda());
            loaded.file().with(request.source(), origin).write(loaded.folder());
            return new Result(
                    new OpenSetup(workbench).run(loaded.folder()),
                    fit.tokens(),
                    (System.nanoTime() - began) / 1e9,
                    fit.keyErrors(),
                    fit.valueErrors(),
                    fit.notes());
        }
    }

    private static int[] tokens(Request request, Tokenizer tokenizer) throws ForetokenException {
        if (request.text().isEmpty()) {
            return first(tokenizer.encode(builtIn()), request.tokens());
        }
        int files = request.text().size();
        int[] all = {};
        for (int i = 0; i < files; i++) {
            int share = request.tokens() / files + (i < request.tokens() % files ? 1 : 0);
            int[] some = first(tokenizer.encode(start(request.text().get(i), share)), share);
            all = IntStream.concat(Arrays.stream(all), Arrays.stream(some)).toArray();
        }
        return all;
    }

    private static int[] first(int[] tokens, int count) {
        return tokens.length <= count ? tokens : Arrays.copyOf(tokens, count);
    }

    /** As much of a file as that many tokens can need; it may be larger than memory. */
    private static String start(Path file, int tokens) throws ForetokenException {
        long most = Math.min(Integer.MAX_VALUE - 8L, (long) tokens * CHARACTERS_PER_TOKEN);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) most);
            int end = bytes.length;
            // a character cut in two at the end is left out
            while (bytes.length == most && end > 0 && (bytes[end - 1] & 0xc0) == 0x80) {
                end--;
            }
            if (bytes.length == most && end > 0 && (bytes[end - 1] & 0xc0) == 0xc0) {
                end--;
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ForetokenException(file + " is not text in UTF-8: give a plain text file.", e);
        } catch (IOException e) {
            throw new ForetokenException("The text " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private static String builtIn() {
        try (InputStream in = Calibrate.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException("no " + BUILT_IN + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(BUILT_IN, e);
        }
    }
}
