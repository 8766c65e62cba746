package org.foretoken.ui;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfText;
import org.foretoken.workbench.Prompt;

/** Made-up errors of a setup of 30 layers with 3 kv heads of 64: nothing in the first 15, more and more above. */
final class FakeKvErrors {
    private static final int LAYERS = 30;
    private static final int HEADS = 3;

    private FakeKvErrors() {}

    /** @param worse 0 for the setup itself; 1 for one that shares only 10 layers */
    static OfPrompt of(Path setup, Prompt prompt, int worse) {
        List<String> pieces = Arrays.asList(prompt.text().split("(?= )"));
        int positions = pieces.size();
        Random random = new Random(7);
        List<float[]> attention = new ArrayList<>();
        List<float[]> keys = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            double error = Math.max(0, layer - (worse == 0 ? 14 : 9)) / 30.0;
            float[] cosines = new float[positions];
            for (int position = 0; position < positions; position++) {
                cosines[position] = (float) (1 - 0.4 * error * random.nextDouble());
            }
            attention.add(cosines);
            keys.add(sums(positions, error, random));
            values.add(sums(positions, 1.5 * error, random));
        }
        List<KvError.Answer> answers = new ArrayList<>();
        for (int position = 0; position < positions; position++) {
            double kl = -Math.log(1 - 0.9 * random.nextDouble()) * 0.4 * (1 + worse);
            answers.add(new KvError.Answer((float) kl, kl < 0.5, 3.1f, 2.9f));
        }
        List<Integer> kvHeads = Collections.nCopies(LAYERS, HEADS);
        List<Integer> headDims = Collections.nCopies(LAYERS, 64);
        KvError error = new KvError(
                new KvError.Entries(kvHeads, headDims, keys),
                new KvError.Entries(kvHeads, headDims, values),
                attention,
                answers);
        return new OfPrompt(
                setup, Collections.nCopies(positions, 1234), pieces, error, KvErrorProfile.of(error, 0), "bf16");
    }

    /** @param worse as of a prompt */
    static OfText ofText(Path setup, int windows, int worse) {
        List<KvErrorProfile> profiles = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            Prompt words = Prompt.of("word ".repeat(20 + i).strip());
            profiles.add(KvErrorProfile.of(of(setup, words, worse).error(), 0));
        }
        return new OfText(
                setup, profiles, profiles.stream().reduce(KvErrorProfile::plus).orElseThrow(), List.of(), "bf16");
    }

    /** Difference², exact², predicted², product, |difference| of each head. */
    private static float[] sums(int positions, double error, Random random) {
        float[] sums = new float[positions * HEADS * 5];
        for (int i = 0; i < positions * HEADS; i++) {
            double relative = error * (0.6 + 0.8 * random.nextDouble());
            double exact = 64;
            sums[5 * i] = (float) (relative * relative * exact);
            sums[5 * i + 1] = (float) exact;
            sums[5 * i + 2] = (float) (exact * (1 + relative * relative));
            sums[5 * i + 3] = (float) exact;
            sums[5 * i + 4] = (float) (0.8 * relative * 64);
        }
        return sums;
    }
}
