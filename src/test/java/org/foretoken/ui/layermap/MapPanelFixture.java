package org.foretoken.ui.layermap;

import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The panel on the headless screen, with a setup of 30 base layers and the auxiliary layers 0, 4, 8, …, 28 of which the first is shared. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
abstract class MapPanelFixture {
    static final List<Integer> EVERY_FOURTH = List.of(0, 4, 8, 12, 16, 20, 24, 28);

    @TempDir
    static Path homes;

    FakeActions actions;
    CurrentSetup current;
    LayerMapViewModel model;
    LayerMapPanel panel;
    Notices notices;
    SetupSummary setup;
    boolean modelsAsked;

    @Start
    void start(Stage stage) throws IOException {
        Application.setUserAgentStylesheet(new PrimerLight().getUserAgentStylesheet());
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        current = new CurrentSetup(actions, threads, notices);
        model = new LayerMapViewModel(actions, threads, notices, current);
        panel = new LayerMapPanel(model, () -> modelsAsked = true);
        setup = actions.setup(EVERY_FOURTH, true);
        actions.setups.add(setup);
        Scene scene = StyledScene.of(panel, 920, 608);
        stage.setScene(scene);
        stage.show();
    }

    @AfterEach
    void end() {
        actions.close();
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

    void picture(String name, FxRobot robot) throws IOException {
        picture(name, panel.getScene(), robot);
    }

    static void picture(String name, Scene scene, FxRobot robot) throws IOException {
        Path file = Path.of("target/screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        robot.interact(() -> {
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file.toFile());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    static void await(BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(20, TimeUnit.SECONDS, condition::getAsBoolean);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("waited too long", e);
        }
        WaitForAsyncUtils.waitForFxEvents();
    }
}
