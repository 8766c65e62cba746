package org.foretoken.ui.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptHistoryTest {
    private final PromptHistory history = new PromptHistory();

    @Test
    void walksBackAndForwardToTheDraft() {
        history.add("one");
        history.add("two");
        assertThat(history.back("draft")).contains("two");
        assertThat(history.back("two")).contains("one");
        assertThat(history.back("one")).isEmpty();
        assertThat(history.forward()).contains("two");
        assertThat(history.forward()).contains("draft");
        assertThat(history.forward()).isEmpty();
    }

    @Test
    void aPromptSentAgainIsThereOnce() {
        history.add("one");
        history.add("two");
        history.add("one");
        assertThat(history.back("")).contains("one");
        assertThat(history.back("one")).contains("two");
        assertThat(history.back("two")).isEmpty();
    }
}
