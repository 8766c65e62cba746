package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.framework.junit5.Stop;
import org.testfx.util.WaitForAsyncUtils;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
class MnemonicsTest {
    private final List<String> pressed = new ArrayList<>();
    private Stage stage;
    private Button upper;
    private Button lower;
    private CheckBox box;

    @Start
    void start(Stage shared) {
        stage = new Stage(); // the shared one would keep this size for the tests of other classes
        upper = button("_Pause");
        lower = button("The _paper's");
        box = new CheckBox("_Check it");
        stage.setScene(new Scene(new VBox(upper, lower, box)));
        Mnemonics.anyCase(stage.getScene());
        stage.show();
    }

    @Stop
    void stop() {
        stage.close();
    }

    private Button button(String words) {
        Button button = new Button(words);
        button.setOnAction(e -> pressed.add(words));
        return button;
    }

    @Test
    void whatIsSeenIsFoundWhateverItsCase(FxRobot robot) {
        for (Button hidden : List.of(upper, lower)) {
            Button seen = hidden == upper ? lower : upper;
            robot.interact(() -> {
                hidden.setVisible(false);
                seen.setVisible(true);
            });
            robot.push(KeyCode.ALT, KeyCode.P);
            WaitForAsyncUtils.waitForFxEvents();
        }
        assertThat(pressed).containsExactly("The _paper's", "_Pause");
        robot.interact(() -> upper.setDisable(true));
        robot.push(KeyCode.ALT, KeyCode.P);
        WaitForAsyncUtils.waitForFxEvents();
        assertThat(pressed).hasSize(2);
    }

    @Test
    void aBoxIsTickedAndUnticked(FxRobot robot) {
        robot.push(KeyCode.ALT, KeyCode.C);
        WaitForAsyncUtils.waitForFxEvents();
        assertThat(box.isSelected()).isTrue();
        assertThat(box.isFocused()).isTrue();
        robot.push(KeyCode.ALT, KeyCode.C);
        WaitForAsyncUtils.waitForFxEvents();
        assertThat(box.isSelected()).isFalse();
        robot.interact(() -> box.setDisable(true));
        robot.push(KeyCode.ALT, KeyCode.C);
        WaitForAsyncUtils.waitForFxEvents();
        assertThat(box.isSelected()).isFalse();
    }
}
