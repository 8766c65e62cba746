package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Calibration;
import org.foretoken.calibrate.LayerImportance;
import org.foretoken.torch.Inference;
import org.foretoken.workbench.PruneLayers.Keep;

/** Finds out which layers of a model matter least: how its answers change without each. Runs on the engine thread. */
public final class RankLayers {
    /** Tokens that are read unless told otherwise. */
    public static final int TOKENS = 1024;

    /**
     * The layers of a model by what they matter.
     *
     * @param kl for each layer mean KL(base ‖ base without it) of the next token, nats
     * @param tokens that it is a mean over
     */
    public record Ranking(List<Double> kl, int tokens) {
        public Ranking {
            kl = List.copyOf(kl);
        }

        /** All layers, those that matter least first; of two alike the later first. */
        public List<Integer> order() {
            return IntStream.range(0, kl.size())
                    .boxed()
                    .sorted(Comparator.<Integer, Double>comparing(kl::get).thenComparing(Comparator.reverseOrder()))
                    .toList();
        }

        /**
         * Those that matter most.
         *
         * @param count of layers to keep, from 1 to all
         */
        public Keep keep(int count) {
            List<Integer> order = order();
            return new Keep(order.subList(order.size() - count, order.size()).stream()
                    .sorted()
                    .toList());
        }
    }

    private final Workbench workbench;

    public RankLayers(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Reads the first tokens of a text with each layer left out in turn.
     *
     * @param tokens to read at most
     * @throws ForetokenException when the model can't be used or the text is empty
     */
    public Ranking run(Path base, TextStart text, int tokens, Progress progress) throws ForetokenException {
        LoadedModels.Model model = workbench.models().model(base, progress);
        workbench.weigh();
        int[] read = text.tokens(tokens, model.tokenizerOrSentence(), progress);
        if (read.length == 0) {
            throw new ForetokenException("The text is empty: give one like the prompts to come.");
        }
        try (Inference mode = Inference.begin()) {
            return new Ranking(
                    LayerImportance.measure(
                            model.decoder(), Calibration.windows(model.decoder().config(), read), progress),
                    read.length);
        }
    }
}
