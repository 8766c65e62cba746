package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.Property;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Scene;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Labeled;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.framework.junit5.Stop;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
class ChoicesTest {
    private final Property<String> chosen = new SimpleObjectProperty<>("one");
    private final List<String> told = new ArrayList<>();
    private Stage stage;
    private ComboBox<String> box;

    @Start
    void start(Stage shared) {
        stage = new Stage(); // the shared one would keep this size for the tests of other classes
        box = Choices.of("choice", List.of("one"), "the "::concat, chosen);
        chosen.addListener((o, old, now) -> told.add(now));
        stage.setScene(new Scene(new VBox(box)));
        stage.show();
    }

    @Stop
    void stop() {
        stage.close();
    }

    @Test
    void theChosenValueIsNamedWhenItsListIsReplaced(FxRobot robot) {
        for (List<String> all : List.of(List.of("one", "two"), List.of("two", "one"), List.of("one"))) {
            robot.interact(() -> Choices.refill(box, all, "one"));
            assertThat(((Labeled) box.lookup(".combo-box > .list-cell")).getText())
                    .as("of %s", all)
                    .isEqualTo("the one");
            assertThat(box.getSelectionModel().getSelectedIndex()).isEqualTo(all.indexOf("one"));
        }
        assertThat(told).as("nothing else was chosen").isEmpty();
        robot.interact(() -> Choices.refill(box, List.of("two", "three"), "two"));
        assertThat(((Labeled) box.lookup(".combo-box > .list-cell")).getText()).isEqualTo("the two");
        assertThat(chosen.getValue()).isEqualTo("two");
    }
}
