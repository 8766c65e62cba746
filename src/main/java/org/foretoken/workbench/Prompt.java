package org.foretoken.workbench;

import java.util.List;

/**
 * What to answer: text, a chat message, or ids for a model without a tokenizer.
 *
 * @param text the prompt; empty when ids are given
 * @param chat put the text through the model's chat template as the user's message
 * @param ids the prompt's tokens; empty when text is given
 */
public record Prompt(String text, boolean chat, List<Integer> ids) {
    public static Prompt of(String text) {
        return new Prompt(text, false, List.of());
    }

    public static Prompt chat(String text) {
        return new Prompt(text, true, List.of());
    }

    public static Prompt of(List<Integer> ids) {
        return new Prompt("", false, ids);
    }
}
