package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.text.Text;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeLayerMaps;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The panel at the sizes it has in windows of 1000×700 and 1600×1000, in both themes: nothing overlaps or is cut. Pictures go to target/screenshots. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class LayerMapScreensTest {
    @TempDir
    static Path homes;

    private FakeActions actions;
    private CurrentSetup current;
    private LayerMapViewModel model;
    private LayerMapPanel panel;

    @Start
    void start(Stage stage) throws IOException {
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        Notices notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        current = new CurrentSetup(actions, threads, notices);
        model = new LayerMapViewModel(actions, threads, notices, current);
        panel = new LayerMapPanel(model, () -> {});
    }

    @AfterEach
    void end() {
        actions.close();
    }

    private SetupSummary setup(String which) {
        DecoderConfig smol = FakeModels.smol().config();
        DecoderConfig elm = FakeModels.elm().config();
        DecoderConfig large = with(elm, 28);
        SetupSummary made =
                switch (which) {
                    case "pruned" -> actions.setup(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14), true);
                    case "unpriced" -> actions.setup(List.of(0, 4, 8, 12, 16, 20, 24, 28), false);
                    case "16-28" -> FakeLayerMaps.pair(homes.resolve(which), large, elm);
                    default -> FakeLayerMaps.pair(homes.resolve(which), with(smol, 36), with(smol, 36));
                };
        if (which.equals("16-28")) {
            actions.layerMaps.put(made.folder(), FakeLayerMaps.sheet(made, large, elm, Source.HIDDEN));
        } else if (which.equals("36-36")) {
            actions.layerMaps.put(
                    made.folder(), FakeLayerMaps.sheet(made, with(smol, 36), with(smol, 36), Source.HIDDEN));
        }
        actions.setups.add(made);
        return made;
    }

    /** A model of the same family with so many layers. */
    private static DecoderConfig with(DecoderConfig like, int layers) {
        return like.select(IntStream.range(0, layers)
                .mapToObj(i -> i * like.layers().size() / layers)
                .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "pruned, light, 1000, 700",
        "pruned, dark, 1600, 1000",
        "unpriced, light, 1000, 700",
        "16-28, light, 1600, 1000",
        "16-28, dark, 1000, 700",
        "36-36, dark, 1000, 700",
        "36-36, light, 1000, 700",
        "36-36, light, 1600, 1000"
    })
    void nothingOverlapsOrIsCut(String which, String theme, int width, int height, FxRobot robot) throws Exception {
        SetupSummary setup = setup(which);
        // Without a window: the headless screen is smaller than some.
        Scene scene = WaitForAsyncUtils.waitForAsyncFx(20_000, () -> StyledScene.of(panel, width - 80, height - 92));
        robot.interact(() -> {
            Application.setUserAgentStylesheet(
                    theme.equals("dark")
                            ? new PrimerDark().getUserAgentStylesheet()
                            : new PrimerLight().getUserAgentStylesheet());
            current.use(setup);
        });
        WaitForAsyncUtils.waitFor(
                20, TimeUnit.SECONDS, () -> model.stateProperty().get().isPresent());
        robot.interact(() -> {
            if (which.equals("16-28")) {
                model.select(Set.of(20, 21, 22));
            }
        });
        picture("layer-map-" + which + "-" + theme + "-" + width, scene, robot);

        assertApart(new ArrayList<>(panel.lookupAll(".layer-number")));
        assertApart(new ArrayList<>(panel.lookupAll(".node-bar")));
        assertThat(panel.lookupAll(".label").stream()
                        .filter(LayerMapScreensTest::isShown)
                        .map(Labeled.class::cast))
                .isNotEmpty()
                .allSatisfy(
                        label -> assertThat(isCut(label)).as("cut: %s", label).isFalse());
    }

    private static boolean isShown(Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (!at.isVisible()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text on the screen is shorter than what it should be. */
    private static boolean isCut(Labeled label) {
        String all = label.getText() == null ? "" : label.getText().replace("_", "");
        return label.lookup(".text") instanceof Text shown
                && !shown.getText().replace("_", "").equals(all);
    }

    private static void assertApart(List<Node> nodes) {
        Collections.reverse(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            Bounds one = nodes.get(i).localToScene(nodes.get(i).getLayoutBounds());
            for (int j = i + 1; j < nodes.size(); j++) {
                Bounds other = nodes.get(j).localToScene(nodes.get(j).getLayoutBounds());
                double across = Math.min(one.getMaxX(), other.getMaxX()) - Math.max(one.getMinX(), other.getMinX());
                double down = Math.min(one.getMaxY(), other.getMaxY()) - Math.max(one.getMinY(), other.getMinY());
                assertThat(across <= 0 || down <= 3)
                        .as("%s and %s overlap by %s", nodes.get(i), nodes.get(j), down)
                        .isTrue();
            }
        }
    }

    private void picture(String name, Scene scene, FxRobot robot) {
        File file = new File("target/screenshots/" + name + ".png");
        assertThat(file.getParentFile().isDirectory() || file.getParentFile().mkdirs())
                .isTrue();
        robot.interact(() -> {
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
