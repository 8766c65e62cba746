package org.foretoken.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.generate.GenerationResult.Stop;
import org.foretoken.model.Decoder;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.prefill.PhaseClock;
import org.foretoken.prefill.Prefill;
import org.foretoken.prefill.Refinement;
import org.foretoken.text.DecodeStream;
import org.foretoken.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * From a prompt to an answer: the clock starts with the prompt in hand, stops for TTFT at the first token's id, and from there the decoder goes on
 * alone, whoever filled its cache.
 *
 * @param decoder writes the answer
 * @param prefill fills its cache
 * @param tokenizer null for a model without one
 * @param refine tokens after which a predicted cache is made exact, the answer's end permitting; 0 leaves it as it is
 */
public record Generator(
        Arm arm, Decoder decoder, Prefill prefill, @Nullable Tokenizer tokenizer, int refine) {
    /** Makes the prompt's tokens, inside the timed region. */
    @FunctionalInterface
    public interface Encoding {
        /** @throws ForetokenException when the prompt can't be made */
        int[] encode() throws ForetokenException;
    }

    /** Hears the answer while it comes. */
    public interface Listener {
        /** The first token's id is known. */
        void onFirst(PhaseTimes times);

        /**
         * One token.
         *
         * @param text what became readable with it
         */
        void onToken(int id, String text);

        /** Text held back at the end, which belongs to tokens heard before. */
        void onText(String text);
    }

    /**
     * How to go on and when to stop.
     *
     * @param endOfText tokens that end an answer
     * @param stops strings that end it, cut off the text
     */
    public record Limits(int maxTokens, Set<Integer> endOfText, List<String> stops) {}

    /** The same with another way to fill the cache. */
    public Generator with(Prefill other) {
        return new Generator(arm, decoder, other, tokenizer, refine);
    }

    /**
     * Answers one prompt.
     *
     * @param cancelled asked before every token and now and then; throws to stop
     * @throws ForetokenException when the prompt can't be read ({@link #check}), or the model answers with no numbers
     */
    public GenerationResult run(
            Encoding prompt, Sampling sampling, Limits limits, Listener listener, Runnable cancelled, int threads)
            throws ForetokenException {
        prefill.prepare();
        long start = System.nanoTime();
        int[] ids = prompt.encode();
        long encoded = System.nanoTime();
        check(ids, decoder.config());
        for (DecoderConfig reader : prefill.readers()) {
            check(ids, reader);
        }
        int room = Math.min(limits.maxTokens(), decoder.config().contextLength() - ids.length);
        Sampler sampler = new Sampler(sampling);
        // the last token is never read, so the exact cache has to be there before it to be of use
        int parts = Math.max(1, Math.min(refine, room - 1));
        try (KvCache cache = decoder.newCache(ids.length + room);
                Refinement refinement = refine == 0 ? null : prefill.refinement(ids, cache, parts)) {
            PhaseClock clock = new PhaseClock();
            float[] logits = refinement == null ? prefill.fill(ids, cache, clock) : refinement.fill(clock);
            for (int id : ids) {
                sampler.see(id);
            }
            int next = sampler.choose(logits);
            if (!Float.isFinite(logits[next])) {
                throw new ForetokenException(
                        "The model answers with no numbers (" + logits[next]
                                + "): its weights are damaged, or overflow in this kernel. Try another kernel, or download it again.");
            }
            long first = System.nanoTime();
            double base = millis(first - encoded - clock.auxiliary() - clock.predict());
            PhaseTimes prefilled = new PhaseTimes(
                    millis(encoded - start), millis(clock.auxiliary()), millis(clock.predict()), base, 0, 0);
            listener.onFirst(prefilled);

            Answer answer = new Answer(limits, tokenizer, ids);
            Stop stop = answer.add(next, listener);
            if (stop == null && room > 1) {
                decoder.prepareSteps();
            }
            Decoding from = new Decoding(cache, refinement);
            int steps = 0;
            long decoding = System.nanoTime();
            while (stop == null) {
                cancelled.run();
                if (answer.ids.size() == room) {
                    stop = room == limits.maxTokens() ? Stop.MAX_TOKENS : Stop.CONTEXT_FULL;
                    break;
                }
                sampler.see(next);
                next = sampler.choose(from.next(answer.ids, cancelled));
                steps++;
                stop = answer.add(next, listener);
            }
            answer.finish(stop == Stop.STOP_STRING, listener);
            PhaseTimes times = new PhaseTimes(
                    prefilled.tokenise(),
                    prefilled.auxiliary(),
                    prefilled.predict(),
                    prefilled.firstStep(),
                    millis(System.nanoTime() - decoding),
                    steps);
            List<Integer> promptIds = Arrays.stream(ids).boxed().toList();
            return new GenerationResult(
                    arm,
                    promptIds,
                    answer.ids,
                    answer.text(),
                    times,
                    stop,
                    decoder.kernel().label(),
                    threads,
                    refine == 0 ? Optional.empty() : Optional.of(from.refined(ids.length, start)));
        }
    }

    /** What the answer is decoded from: the cache as it was filled, and the exact one from the swap on. */
    private final class Decoding {
        private final @Nullable Refinement refinement;
        private KvCache cache;
        private int token; // the first from the exact cache; 0 before it is known
        private long swapped;
        private long worked;

        Decoding(KvCache cache, @Nullable Refinement refinement) {
            this.cache = cache;
            this.refinement = refinement;
        }

        /** Logits after the answer so far, of which the last token wasn't read yet. */
        float[] next(List<Integer> answered, Runnable cancelled) {
            int[] last = {answered.getLast()};
            if (refinement == null || token > 0) {
                return decoder.prefill(last, cache);
            }
            long began = System.nanoTime();
            boolean complete = refinement.advance(cancelled);
            float[] logits = complete ? refinement.swap(answered) : null;
            long now = System.nanoTime();
            worked += now - began;
            if (logits == null) {
                return decoder.prefill(last, cache);
            }
            cache = refinement.exact();
            token = answered.size() + 1;
            swapped = now;
            return logits;
        }

        Refined refined(int tokens, long start) {
            if (refinement != null && token == 0) {
                return new Refined(0, 0, millis(worked), Double.NaN);
            }
            double own = Flops.prefill(decoder.config(), tokens, Flops.Definition.EXACT);
            long filled = prefill.flops(tokens, Flops.Definition.EXACT);
            return refinement == null
                    ? new Refined(1, 0, 0, filled / own)
                    : new Refined(
                            token,
                            millis(swapped - start),
                            millis(worked),
                            (filled + refinement.flops(token - 1, Flops.Definition.EXACT)) / own);
        }
    }

    /**
     * Refuses what a decoder can't read.
     *
     * @throws ForetokenException when the prompt is empty, too long to leave room for an answer, or has tokens that the decoder doesn't know
     */
    public static void check(int[] ids, DecoderConfig config) throws ForetokenException {
        int context = config.contextLength();
        if (ids.length == 0) {
            throw new ForetokenException("The prompt is empty: write something for the model to continue.");
        }
        if (ids.length >= context) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "The prompt has %,d tokens, but the model's context holds %,d and the answer needs at least one:"
                            + " shorten the prompt.",
                    ids.length,
                    context));
        }
        for (int id : ids) {
            if (id < 0 || id >= config.vocabulary()) {
                throw new ForetokenException("The prompt has token " + id + ", but the model knows tokens 0 to "
                        + (config.vocabulary() - 1) + ": use the tokenizer of this model.");
            }
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    /** What has been said so far, and where a stop string ends it. */
    private static final class Answer {
        final List<Integer> ids = new ArrayList<>();
        private final Limits limits;
        private final @Nullable DecodeStream stream;
        private final int known;
        private final StringBuilder text = new StringBuilder();
        private int said;

        Answer(Limits limits, @Nullable Tokenizer tokenizer, int[] prompt) {
            this.limits = limits;
            this.known = tokenizer == null ? 0 : tokenizer.vocabularySize();
            this.stream = tokenizer == null
                    ? null
                    : tokenizer.stream(
                            Arrays.stream(prompt).filter(id -> id < known).toArray());
        }

        /** Adds a token; says why to stop, or null to go on. */
        @Nullable
        Stop add(int id, Listener listener) {
            if (limits.endOfText().contains(id)) {
                return Stop.END_OF_TEXT;
            }
            ids.add(id);
            // an embedding padded to a round number of rows has some that the tokenizer knows nothing of: they say
            // nothing
            text.append(stream == null || id >= known ? "" : stream.next(id));
            int end = stopAt();
            if (end >= 0) {
                text.setLength(end);
                listener.onToken(id, unsaid(end));
                return Stop.STOP_STRING;
            }
            listener.onToken(id, unsaid(text.length() - heldBack()));
            return null;
        }

        /** Says what was held back; call it once, after the last token. */
        void finish(boolean atStopString, Listener listener) {
            if (!atStopString && stream != null) {
                text.append(stream.end());
            }
            String rest = unsaid(text.length());
            if (!rest.isEmpty()) {
                listener.onText(rest);
            }
        }

        private String unsaid(int end) {
            String piece = text.substring(said, end);
            said = end;
            return piece;
        }

        /** Characters at the end that may turn out to begin a stop string. */
        private int heldBack() {
            int held = 0;
            for (String stop : limits.stops()) {
                for (int n = Math.min(stop.length() - 1, text.length()); n > held; n--) {
                    if (stop.startsWith(text.substring(text.length() - n))) {
                        held = n;
                    }
                }
            }
            return Math.min(held, text.length() - said);
        }

        String text() {
            return text.toString();
        }

        private int stopAt() {
            int first = -1;
            for (String stop : limits.stops()) {
                int at = stop.isEmpty() ? -1 : text.indexOf(stop);
                if (at >= 0 && (first < 0 || at < first)) {
                    first = at;
                }
            }
            return first;
        }
    }
}
