package org.foretoken.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.text.corpus.Packing;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.text.corpus.TokenStream.Sequence;

/**
 * The loop: steps, validations, checkpoints. Everything that a step does follows from its number, the text and the state before it, so training that was
 * interrupted goes on as if it hadn't been, bit for bit, on as many threads.
 */
final class Trainer {
    /** Steps between checkpoints. */
    private static final long SAVE_EVERY = 10;

    /** First position of a held-out sequence that counts, where sequences are long enough: those before it have next to nothing to read. */
    private static final int FIRST_MEASURED = 16;

    private final Objective objective;
    private final TokenStream text;
    private final TrainingSettings settings;
    private final TrainingFolder folder;
    private final KeepBest keepBest;
    private final Consumer<CurvePoint> listener;
    private final Progress progress;

    /** Told to keep what is trained as it is now, the best so far. */
    @FunctionalInterface
    interface KeepBest {
        void keep(CurvePoint validation) throws ForetokenException;
    }

    Trainer(
            Objective objective,
            TokenStream text,
            TrainingSettings settings,
            TrainingFolder folder,
            KeepBest keepBest,
            Consumer<CurvePoint> listener,
            Progress progress) {
        this.objective = objective;
        this.text = text;
        this.settings = settings;
        this.folder = folder;
        this.keepBest = keepBest;
        this.listener = listener;
        this.progress = progress;
    }

    /**
     * Trains to the end, from where it stood.
     *
     * @return how it stands now
     * @throws CancellationException by {@link Progress}; the state is saved and can be gone on from
     * @throws ForetokenException when the loss is no number any more, or a file can't be written
     */
    TrainingFolder.State run() throws ForetokenException {
        try (AdamW adam = new AdamW(settings.adam(), objective.parameters());
                Lanes lanes = new Lanes(objective)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(objective.parameters());
            tensors.putAll(adam.state());
            TrainingFolder.State state = folder.resume(tensors, settings.steps());
            folder.curve().forEach(listener);
            try {
                while (true) {
                    boolean last = state.step() == settings.steps();
                    if (state.validated() < state.step() && (last || state.step() % settings.validateEvery() == 0)) {
                        state = validate(lanes, state);
                    }
                    if (last || givenUp(state)) {
                        folder.save(state, tensors);
                        return state;
                    }
                    if (state.step() % SAVE_EVERY == 0) {
                        folder.save(state, tensors);
                    }
                    state = step(lanes, adam, state);
                }
            } catch (CancellationException e) {
                // a step not finished hasn't changed the parameters
                folder.save(state, tensors);
                throw e;
            }
        }
    }

    private boolean givenUp(TrainingFolder.State state) {
        return settings.patience() > 0 && state.waited() >= settings.patience();
    }

    private TrainingFolder.State step(Lanes lanes, AdamW adam, TrainingFolder.State state) throws ForetokenException {
        long began = System.nanoTime();
        long step = state.step() + 1;
        List<Sequence> sequences = LongStream.range(state.step() * settings.batch(), step * settings.batch())
                .mapToObj(text::at)
                .toList();
        List<Batch> batches = batches(lanes, sequences);
        Objective.Whole whole = new Objective.Whole(
                batches.stream().mapToLong(Batch::counted).sum(),
                batches.stream().mapToLong(Batch::predicted).sum());
        LossSums sums = new LossSums(objective.layers());
        lanes.run(
                batches,
                (each, batch, found) -> each.backward(batch, whole, found),
                sums,
                done -> progress.report(
                        String.format(Locale.ROOT, "Training, step %,d of %,d", step, settings.steps()),
                        (step - 1) * batches.size() + done,
                        settings.steps() * batches.size()));
        lanes.gather();
        Losses means = sums.means();
        double loss = objective.loss(means);
        double norm = adam.gradientNorm();
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new ForetokenException("Training stopped at step " + step + ": the loss is " + loss
                    + " and its gradient " + norm + ". What was best so far is kept; begin again with a lower"
                    + " learning rate.");
        }
        double rate = new Schedule(settings.learningRate(), settings.warmUp(), settings.steps()).at(step);
        adam.step(norm, step, rate);
        TrainingFolder.State after = state.stepped((System.nanoTime() - began) / 1e9);
        publish(new CurvePoint(step, false, tokens(step), after.seconds(), loss, rate, norm, means));
        return after;
    }

    private long tokens(long step) {
        return step * settings.batch() * settings.length();
    }

    /** Sequences at once, of so many in all. */
    private int micro(Lanes lanes, int sequences) {
        return Math.min(settings.microBatch(), Math.ceilDiv(sequences, lanes.size()));
    }

    private List<Batch> batches(Lanes lanes, List<Sequence> sequences) {
        int micro = micro(lanes, sequences.size());
        return IntStream.range(0, Math.ceilDiv(sequences.size(), micro))
                .mapToObj(i -> Batch.of(
                        sequences.subList(i * micro, Math.min(sequences.size(), (i + 1) * micro)),
                        settings.packing() == Packing.BOUNDED))
                .toList();
    }

    private TrainingFolder.State validate(Lanes lanes, TrainingFolder.State state) throws ForetokenException {
        List<Batch> batches = batches(lanes, text.heldOut(settings.heldOutSequences()));
        long perStep = Math.ceilDiv(settings.batch(), micro(lanes, settings.batch()));
        int longest = batches.stream().mapToInt(Batch::length).max().orElse(0);
        int first = Math.min(FIRST_MEASURED, (longest - 1) / 2);
        LossSums sums = new LossSums(objective.layers());
        lanes.run(
                batches,
                (each, batch, found) -> each.measure(batch, first, found),
                sums,
                // in the steps' units, so that the time left stays that of the training
                done -> progress.report(
                        String.format(Locale.ROOT, "Looking at held-out text, %,d of %,d", done, batches.size()),
                        state.step() * perStep,
                        settings.steps() * perStep));
        if (sums.predicted == 0) {
            throw new ForetokenException(
                    "Nothing can be predicted in the held-out text: its documents have a token each."
                            + " Give longer ones, or let them be joined.");
        }
        Losses means = sums.means();
        double score = objective.score(means);
        CurvePoint point = new CurvePoint(
                state.step(), true, tokens(state.step()), state.seconds(), objective.loss(means), 0, 0, means);
        publish(point);
        TrainingFolder.State after = state.validated(score);
        if (after.bestStep() == state.step()) {
            keepBest.keep(point);
        }
        return after;
    }

    private void publish(CurvePoint point) throws ForetokenException {
        folder.add(point);
        listener.accept(point);
    }
}
