package org.foretoken.ui.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.foretoken.ui.prompt.MarkedText.Token;
import org.junit.jupiter.api.Test;

class MarkedTextTest {
    private static final List<Token> BASE = List.of(new Token(1, "The"), new Token(2, " sky"), new Token(3, " is"));

    @Test
    void theFirstTokenThatDiffers() {
        List<Token> other = List.of(new Token(1, "The"), new Token(7, " sea"), new Token(3, " is"));
        int at = MarkedText.divergence(BASE, true, other);
        assertThat(at).isEqualTo(1);
        assertThat(MarkedText.of(other, at)).isEqualTo(new MarkedText("The", " sea", " is"));
    }

    @Test
    void equalAsFarAsItGoes() {
        assertThat(MarkedText.divergence(BASE, true, BASE)).isEqualTo(-1);
        assertThat(MarkedText.divergence(BASE, true, BASE.subList(0, 2))).isEqualTo(-1);
        assertThat(MarkedText.of(BASE, -1).whole()).isEqualTo("The sky is");
    }

    @Test
    void goingOnAfterTheBaseHasEndedDiffers() {
        assertThat(MarkedText.divergence(BASE.subList(0, 2), true, BASE)).isEqualTo(2);
        assertThat(MarkedText.divergence(BASE.subList(0, 2), false, BASE)).isEqualTo(-1);
    }

    @Test
    void aTokenThatIsHalfACharacterMarksTheCharacter() {
        List<Token> tokens = List.of(new Token(1, "a"), new Token(8, ""), new Token(9, "é"), new Token(3, "b"));
        assertThat(MarkedText.of(tokens, 1)).isEqualTo(new MarkedText("a", "é", "b"));
    }
}
