package org.foretoken.ui.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prompts sent before, to walk through with the up and down keys as in a shell. */
final class PromptHistory {
    private final List<String> sent = new ArrayList<>();
    private int at;
    private String draft = "";

    /** A prompt was sent. */
    void add(String prompt) {
        sent.remove(prompt);
        sent.add(prompt);
        at = sent.size();
        draft = "";
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** The prompt before, other than {@code current}, which is kept as the draft to come back to. */
    Optional<String> back(String current) {
        int before = at - 1;
        while (before >= 0 && sent.get(before).equals(current)) {
            before--;
        }
        if (before < 0) {
            return Optional.empty();
        }
        if (at == sent.size()) {
            draft = current;
        }
        at = before;
        return Optional.of(sent.get(at));
    }

    /** The prompt after, at last the draft. */
    Optional<String> forward() {
        if (at == sent.size()) {
            return Optional.empty();
        }
        at++;
        return Optional.of(at == sent.size() ? draft : sent.get(at));
    }
}
