package org.foretoken.ui.layermap;

import static org.foretoken.ui.Shown.await;

import java.util.List;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.Shown;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.SetupSummary;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel on the headless screen, with a setup of 30 base layers and the auxiliary layers 0, 4, 8, …, 28 of which the first is shared. */
abstract class MapPanelFixture extends PanelFixture {
    static final List<Integer> EVERY_FOURTH = List.of(0, 4, 8, 12, 16, 20, 24, 28);

    LayerMapViewModel model;
    LayerMapPanel panel;
    SetupSummary setup;
    boolean modelsAsked;

    @Start
    void start(Stage stage) {
        StyledScene.useTheme("light");
        model = new LayerMapViewModel(actions, threads, notices, current);
        panel = new LayerMapPanel(model, () -> modelsAsked = true);
        setup = actions.setup(EVERY_FOURTH, true);
        actions.setups.add(setup);
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    void open(FxRobot robot) {
        robot.interact(() -> current.use(setup));
        await(() -> model.stateProperty().get().isPresent());
        robot.interact(() -> panel.lookup("#base-1").requestFocus());
    }

    MapState state() {
        return model.stateProperty().get().orElseThrow();
    }

    List<Integer> links() {
        return state().draft().links();
    }

    Point2D at(String node) {
        Node found = panel.lookup(node);
        return found.localToScreen(
                found.getLayoutBounds().getCenterX(), found.getLayoutBounds().getCenterY());
    }

    String text(String label) {
        return ((Label) panel.lookup(label)).getText();
    }

    void picture(String name) {
        Shown.picture(name, panel.getScene());
    }
}
