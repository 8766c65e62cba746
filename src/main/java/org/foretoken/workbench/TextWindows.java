package org.foretoken.workbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.eval.Questions;
import org.foretoken.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into windows of as many tokens each, every one read from position 0. What is left at its end is not read.
 *
 * @param questions one a window
 * @param tokens of each, by the question's id
 */
record TextWindows(Questions questions, Map<String, int[]> tokens) {
    static TextWindows read(Evaluate.Request request, @Nullable Tokenizer tokenizer, Progress progress)
            throws ForetokenException {
        if (tokenizer == null) {
            throw LoadedModels.noTokenizer(request.model());
        }
        ForetokenException.requireFile(request.data(), "a text");
        int size = request.task().window();
        long wanted = request.limit() > 0 ? (long) request.limit() * size : Integer.MAX_VALUE;
        int[] all = TextStart.of(request.data()).tokens((int) Math.min(Integer.MAX_VALUE, wanted), tokenizer, progress);
        List<int[]> windows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int start = 0; start + size <= all.length; start += size) {
            int[] window = Arrays.copyOfRange(all, start, start + size);
            windows.add(window);
            texts.add(tokenizer.decode(window));
        }
        if (windows.isEmpty()) {
            throw new ForetokenException(request.data() + " has " + all.length + " tokens, fewer than a window of "
                    + size + ": give a longer text.");
        }
        Questions questions = Questions.ofText(texts, request.data());
        Map<String, int[]> tokens = new HashMap<>();
        for (int i = 0; i < windows.size(); i++) {
            tokens.put(questions.questions().get(i).id(), windows.get(i));
        }
        return new TextWindows(questions, tokens);
    }

    /** The tokens of a question. */
    int[] of(Questions.Question question) {
        return Objects.requireNonNull(tokens.get(question.id()));
    }
}
