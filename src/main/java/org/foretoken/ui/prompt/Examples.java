package org.foretoken.ui.prompt;

import java.util.List;
import java.util.Optional;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.PromptExample;

/** Prompts to try. */
final class Examples {
    /** For models that follow instructions; long enough for the time to first token to matter. */
    private static final List<PromptExample> INSTRUCTIONS = List.of(
            new PromptExample("Answer from a text", """
                    Read the text and answer the question.

                    Text: The lighthouse of Sumburgh Head stands at the southern tip of the main island of Shetland. It was \
                    designed by Robert Stevenson, who began the work in 1819, and its lamp was first lit in January 1821. \
                    Because rain driven by the wind went straight through ordinary walls there, the tower was built with walls \
                    of double thickness. The light was tended by keepers and their families until 1991, when it was made \
                    automatic; today it is watched from Edinburgh. A fog horn was added in 1906. It ran on compressed air, and \
                    its seven-second blast could be heard twenty miles out at sea. Below the tower, thousands of puffins nest \
                    in the cliffs from April to August.

                    Question: Who designed the lighthouse, and why were its walls made so thick?""", false),
            new PromptExample("Shorten a text", """
                    Say the following in one sentence.

                    A language model reads a prompt before it writes the first word of its answer. Reading is done for all \
                    words of the prompt at once and keeps the processor busy, so that on a laptop or a phone a long prompt can \
                    take seconds. Writing goes word by word and looks back at what was stored while reading. If a smaller model \
                    does the reading, and what the large model would have stored is predicted from what the small one stored, \
                    the first word comes sooner, while the large model still does all of the writing.""", false),
            new PromptExample(
                    "Explain",
                    "Explain to a twelve-year-old why the sky is blue during the day and red in the evening. Use short"
                            + " sentences and one comparison from everyday life.",
                    false));

    private Examples() {}

    /** Those that the base brings, or else some for any model. */
    static List<PromptExample> of(Optional<ModelSummary> base) {
        return base.map(ModelSummary::examples).filter(own -> !own.isEmpty()).orElse(INSTRUCTIONS);
    }
}
