package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javafx.scene.Node;
import javafx.scene.layout.Region;
import org.junit.jupiter.api.Test;

class CardRowTest {
    private final CardRow row = new CardRow(200, 100);

    CardRowTest() {
        row.getChildren().addAll(new Region(), new Region(), new Region());
    }

    @Test
    void oneRowOfEqualWidthsWhereThereIsRoom() {
        row.resize(3 * 200 + 2 * 16, 300);
        row.layout();
        assertThat(row.prefHeight(632)).isEqualTo(100);
        assertThat(row.getChildren()).extracting(Node::getLayoutY).containsOnly(0.0);
        assertThat(row.getChildren()).extracting(Node::getLayoutX).isEqualTo(List.of(0.0, 216.0, 432.0));
        assertThat(row.getChildren())
                .extracting(card -> ((Region) card).getHeight())
                .containsOnly(300.0);
    }

    @Test
    void wrapsWhereItIsNarrow() {
        row.resize(500, 416);
        row.layout();
        assertThat(row.prefHeight(500)).isEqualTo(216);
        assertThat(row.getChildren()).extracting(Node::getLayoutY).isEqualTo(List.of(0.0, 0.0, 216.0));
        assertThat(row.getChildren())
                .extracting(card -> ((Region) card).getWidth())
                .containsOnly(242.0);
    }
}
