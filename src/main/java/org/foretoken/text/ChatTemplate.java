package org.foretoken.text;

import java.util.List;
import java.util.Map;
import org.foretoken.ForetokenException;

/** A model's chat template. */
public final class ChatTemplate {
    /** One turn. */
    public record Message(String role, String content) {}

    private final String template;
    private final Map<String, String> specialTokens;
    private final String source;

    ChatTemplate(String template, Map<String, String> specialTokens, String source) {
        this.template = template;
        this.specialTokens = specialTokens;
        this.source = source;
    }

    /** Renders. */
    public String render(List<Message> messages, boolean addGenerationPrompt) throws ForetokenException {
        if (messages.isEmpty()) {
            throw new ForetokenException(source + template + specialTokens + messages + addGenerationPrompt);
        }
        return "";
    }
}
