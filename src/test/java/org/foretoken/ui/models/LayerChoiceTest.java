package org.foretoken.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.foretoken.ui.models.LayerChoice.Way;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerChoiceTest {
    private final LayerChoice choice = new LayerChoice();

    @BeforeEach
    void tenLayers() {
        choice.startFor(10);
    }

    @Test
    void startsWithTheFirstHalf() {
        assertThat(choice.outcomeProperty().getValue().layers()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void everySecond() {
        choice.wayProperty().set(Way.EVERY);
        assertThat(choice.outcomeProperty().getValue().layers()).containsExactly(0, 2, 4, 6, 8);
    }

    @Test
    void aListOfNumbersAndRanges() {
        choice.wayProperty().set(Way.LIST);
        choice.listProperty().set("8, 0-2,2, 4–5");
        assertThat(choice.outcomeProperty().getValue().layers()).containsExactly(0, 1, 2, 4, 5, 8);
    }

    @Test
    void aTextTellsTheImportantOnes() {
        choice.wayProperty().set(Way.IMPORTANCE);
        assertThat(choice.outcomeProperty().getValue()).isEqualTo(new LayerChoice.Outcome(List.of(), 5, ""));
        choice.importantProperty().set(10);
        assertThat(choice.outcomeProperty().getValue().problem()).contains("Leave out at least one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0, x|“x” is no layer",
                "3-1|“3-1” is out of range",
                "0,10|the layers are 0 to 9",
                "''|at least one",
                "0-9|Leave out"
            })
    void whatCannotWorkSaysWhy(String list, String why) {
        choice.wayProperty().set(Way.LIST);
        choice.listProperty().set(list);
        assertThat(choice.outcomeProperty().getValue().good()).isFalse();
        assertThat(choice.outcomeProperty().getValue().problem()).contains(why);
    }

    @Test
    void keepingAllGainsNothing() {
        choice.firstProperty().set(12);
        assertThat(choice.outcomeProperty().getValue().problem()).contains("Leave out at least one");
    }
}
