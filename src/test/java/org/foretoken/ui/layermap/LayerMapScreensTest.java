package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.stage.Stage;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.ui.FakeLayerMaps;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel at the sizes it has in windows of 1000×700 and 1600×1000, in both themes: nothing overlaps or is cut. Pictures go to target/screenshots. */
class LayerMapScreensTest extends PanelFixture {
    private LayerMapViewModel model;
    private LayerMapPanel panel;

    @Start
    void start(Stage stage) {
        model = new LayerMapViewModel(actions, threads, notices, current);
        panel = new LayerMapPanel(model, () -> {});
    }

    private SetupSummary setup(String which) {
        DecoderConfig smol = FakeModels.smol().config();
        DecoderConfig elm = FakeModels.elm().config();
        DecoderConfig large = with(elm, 28);
        SetupSummary made =
                switch (which) {
                    case "pruned" -> actions.setup(15, true);
                    case "unpriced" -> actions.setup(List.of(0, 4, 8, 12, 16, 20, 24, 28), false);
                    case "16-28" -> FakeLayerMaps.pair(actions.home().resolve(which), large, elm);
                    default -> FakeLayerMaps.pair(actions.home().resolve(which), with(smol, 36), with(smol, 36));
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
    void nothingOverlapsOrIsCut(String which, String theme, int width, int height, FxRobot robot) {
        SetupSummary setup = setup(which);
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        robot.interact(() -> current.use(setup));
        await(() -> model.stateProperty().get().isPresent());
        robot.interact(() -> {
            if (which.equals("16-28")) {
                model.select(Set.of(20, 21, 22));
            }
        });
        shown.picture("layer-map-" + which);

        assertApart(new ArrayList<>(panel.lookupAll(".layer-number")));
        assertApart(new ArrayList<>(panel.lookupAll(".node-bar")));
        shown.assertNothingCut();
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
}
