package org.foretoken.ui;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.GenerationResult.Stop;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Refined;
import org.foretoken.workbench.Generate;

/** Made-up answers of the arms, word by word. */
public final class FakeAnswers {
    private FakeAnswers() {}

    public static final List<String> BASE_WORDS = List.of(
            "The",
            " lighthouse",
            " was",
            " designed",
            " by",
            " Robert",
            " Stevenson",
            ",",
            " and",
            " its",
            " walls",
            " were",
            " made",
            " double",
            " because",
            " wind",
            "-driven",
            " rain",
            " went",
            " straight",
            " through",
            " ordinary",
            " ones",
            ".");
    public static final List<String> KVP_WORDS = List.of(
            "The",
            " lighthouse",
            " was",
            " designed",
            " by",
            " Robert",
            " Stevenson",
            ".",
            " Its",
            " walls",
            " were",
            " thick",
            " to",
            " keep",
            " out",
            " the",
            " rain",
            ".");
    public static final List<String> AUXILIARY_WORDS =
            List.of("The", " light", " of", " the", " the", " tower", " was", " the", " first", " the", " tower", ".");

    static GenerationResult of(
            FakeActions actions, Generate.Request request, Generate.Listener listener, Progress progress)
            throws ForetokenException {
        if (actions.failure.isPresent() && request.arm().equals(Arm.BASE)) {
            throw actions.failure.get();
        }
        PhaseTimes first = times(request.arm(), 0, 0);
        FakeActions.pause(actions.tokenMillis * 8);
        listener.onFirst(first);
        List<String> words = Collections.nCopies(actions.repeat, words(request.arm())).stream()
                .flatMap(List::stream)
                .toList();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < words.size() && i < request.maxTokens(); i++) {
            progress.report("Answering: " + request.arm().label(), i, request.maxTokens());
            ids.add(words.get(i).hashCode());
            listener.onToken(words.get(i).hashCode(), words.get(i));
            FakeActions.pause(actions.tokenMillis);
        }
        boolean cut = ids.size() < words.size();
        return new GenerationResult(
                request.arm(),
                List.of(1, 2, 3),
                ids,
                String.join("", words.subList(0, ids.size())),
                times(request.arm(), ids.size() - 1, 100),
                cut ? Stop.MAX_TOKENS : Stop.END_OF_TEXT,
                "bf16",
                2,
                request.refine() == 0
                        ? Optional.empty()
                        : Optional.of(new Refined(request.refine() + 1, 312.4, 150.2, 1.04)));
    }

    private static PhaseTimes times(Arm arm, int decoded, double decode) {
        return switch (arm.kind()) {
            case BASE -> new PhaseTimes(0.41, 0, 0, 231.2, decode, decoded);
            case KV_PREDICTION -> new PhaseTimes(0.41, 109.3, 12.7, 8.94, decode, decoded);
            case AUXILIARY -> new PhaseTimes(0.41, 0, 0, 118.4, decode, decoded);
            case PRUNING, HYBRID -> throw new IllegalArgumentException(arm.key());
        };
    }

    private static List<String> words(Arm arm) {
        return switch (arm.kind()) {
            case BASE -> BASE_WORDS;
            case KV_PREDICTION -> KVP_WORDS;
            case AUXILIARY -> AUXILIARY_WORDS;
            case PRUNING, HYBRID -> throw new IllegalArgumentException(arm.key());
        };
    }
}
