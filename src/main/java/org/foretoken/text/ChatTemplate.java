package org.foretoken.text;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.foretoken.text.jinja.JinjaException;
import org.foretoken.text.jinja.JinjaTemplate;

/**
 * A model's chat template: how a conversation is written as one text. It is rendered as Hugging Face's {@code apply_chat_template} does without tools
 * and documents; what of Jinja is not supported, see {@link JinjaTemplate}. Templates come with models and are not trusted: they reach nothing but
 * the messages and special tokens, and what they cost is bounded. Immutable, safe for use by many threads.
 */
public final class ChatTemplate {
    /** One turn of a conversation; the roles are what the template knows, mostly system, user and assistant. */
    public record Message(String role, String content) {}

    private final String template;
    private final Map<String, String> specialTokens;
    private final String source;

    ChatTemplate(String template, Map<String, String> specialTokens, String source) {
        this.template = template;
        this.specialTokens = specialTokens;
        this.source = source;
    }

    /**
     * The text of a conversation. It holds the special tokens that the model wants, the one at the beginning included: encode it without adding any.
     *
     * @param addGenerationPrompt whether to end with the opening of the assistant's answer
     * @throws ForetokenException with the template's own words when it refuses the conversation, or why it cannot be rendered
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) throws ForetokenException {
        List<Map<String, String>> turns = new ArrayList<>();
        for (Message message : messages) {
            Map<String, String> turn = new LinkedHashMap<>();
            turn.put("role", message.role());
            turn.put("content", message.content());
            turns.add(turn);
        }
        Map<String, Object> values = new HashMap<>(specialTokens);
        values.put("messages", turns);
        values.put("add_generation_prompt", addGenerationPrompt);
        try {
            return new JinjaTemplate(template).render(values, ZonedDateTime.now(ZoneId.systemDefault()));
        } catch (JinjaException e) {
            throw new ForetokenException(
                    "The chat template of " + source + " cannot render this conversation: " + e.getMessage()
                            + ". Write the prompt out, or change the conversation.",
                    e);
        } catch (RuntimeException | StackOverflowError e) {
            String why = e instanceof StackOverflowError ? "it nests too deep" : String.valueOf(e.getMessage());
            throw new ForetokenException(
                    "The chat template of " + source + " cannot be rendered (" + why
                            + "). Write the prompt out instead.",
                    e);
        }
    }
}
