package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import java.util.List;
import javafx.event.EventType;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.shape.CubicCurve;
import javafx.scene.shape.Shape;
import javafx.stage.Stage;
import org.foretoken.kvp.Source;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The drawing under a real mouse. */
class LayerMapMouseTest extends MapPanelFixture {
    @Start
    @Override
    void start(Stage stage) {
        super.start(stage);
    }

    @Test
    void aDragFromABaseLayerChangesItsLinkAndIsSaved(FxRobot robot) {
        open(robot);
        int before = links().get(20);
        String error = text("#total-keys");
        robot.drag(at("#base-20"), MouseButton.PRIMARY).moveTo(at("#auxiliary-5"));
        assertThat(state().draft().links().get(20))
                .as("not before it is dropped")
                .isEqualTo(before);
        assertThat(state().shown().links().get(20)).isEqualTo(5);
        assertThat(text("#total-keys")).as("totals while the mouse moves").isNotEqualTo(error);
        Label price = (Label) panel.lookup("#auxiliary-5 .drop-price");
        assertThat(price.isVisible()).isTrue();
        assertThat(Double.parseDouble(price.getText()))
                .isCloseTo(state().price(20, 5), org.assertj.core.api.Assertions.within(5e-4));
        picture("layer-map-dragging");
        robot.drop();
        assertThat(links().get(20)).isEqualTo(5);
        assertThat(price.isVisible()).isFalse();
        await(() -> text("#fit-state").equals("1 link fitted, 8.25 ms"));
        picture("layer-map-fitted");

        robot.push(KeyCode.SHORTCUT, KeyCode.S);
        await(() -> !state().dirty());
        assertThat(actions.savedMaps).singleElement().satisfies(saved -> {
            assertThat(saved.setup()).isEqualTo(setup.folder());
            assertThat(saved.links()).isEqualTo(links());
            assertThat(saved.links().get(20)).isEqualTo(5);
            assertThat(saved.source()).isEqualTo(Source.HIDDEN);
        });
        assertThat(current.setupProperty().get().orElseThrow().layerMap()).isEqualTo(links());
    }

    @Test
    void aDragFromAnAuxiliaryLayerFeedsTheBaseLayerItIsDroppedOn(FxRobot robot) {
        open(robot);
        robot.drag(at("#auxiliary-2"), MouseButton.PRIMARY).moveTo(at("#base-11"));
        assertThat(panel.lookup("#base-0 .drop-price").isVisible())
                .as("a shared link can't be changed")
                .isFalse();
        assertThat(text("#link-details"))
                .as("details of where it would go")
                .startsWith("Base layer 11 ← auxiliary layer 2\n");
        robot.moveTo(at("#base-12"));
        assertThat(text("#link-details")).startsWith("Base layer 12 ← auxiliary layer 2\n");
        robot.moveTo(at("#base-11"));
        picture("layer-map-dragging-from-auxiliary");
        robot.drop();
        assertThat(links().get(11)).isEqualTo(2);
        robot.drag(at("#auxiliary-3"), MouseButton.PRIMARY).dropTo(at("#base-0"));
        assertThat(links().get(0)).as("shared").isZero();
    }

    @Test
    void theLinkUnderTheMouseStandsOut(FxRobot robot) {
        open(robot);
        List<Node> curves = List.copyOf(panel.lookupAll(".link"));
        assertThat(curves).hasSize(30).allMatch(curve -> curve.getOpacity() == 1);
        robot.moveTo(at("#base-20"));
        assertThat(curves).filteredOn(curve -> curve.getOpacity() == 1).containsExactly(curves.get(20));
        picture("layer-map-pointed");
        robot.moveTo(at("#auxiliary-3"));
        assertThat(curves)
                .filteredOn(curve -> curve.getOpacity() == 1)
                .hasSize(state().fedBy(3).size());
        double width = ((Shape) curves.get(20)).getStrokeWidth();
        Point2D middle = curves.get(20).localToScreen(middle((CubicCurve) curves.get(20)));
        robot.moveTo(middle);
        assertThat(curves.get(20).getOpacity()).isEqualTo(1);
        assertThat(((Shape) curves.get(20)).getStrokeWidth()).isGreaterThan(width);
        robot.moveTo("#presets");
        assertThat(curves).allMatch(curve -> curve.getOpacity() == 1);
    }

    private static Point2D middle(CubicCurve curve) {
        return new Point2D((curve.getStartX() + curve.getEndX()) / 2, (curve.getStartY() + curve.getEndY()) / 2);
    }

    @Test
    void aDragThatEndsNowhereOrIsStoppedChangesNothing(FxRobot robot) {
        open(robot);
        List<Integer> before = links();
        robot.drag(at("#base-20"), MouseButton.PRIMARY).dropTo(at("#base-20").add(-150, 0));
        robot.drag(at("#base-20"), MouseButton.PRIMARY).moveTo(at("#auxiliary-1"));
        robot.push(KeyCode.ESCAPE).drop();
        assertThat(links()).isEqualTo(before);
        assertThat(state().shown()).isEqualTo(state().draft());
    }

    @Test
    void aClickOnABaseLayerAndOneOnAnAuxiliaryLayerReRoute(FxRobot robot) {
        open(robot);
        robot.clickOn("#base-9").clickOn("#auxiliary-6");
        assertThat(links().get(9)).isEqualTo(6);
        robot.clickOn(at("#base-12"));
        clickWith(robot, "#base-14", true, false);
        clickWith(robot, "#base-13", false, true);
        clickWith(robot, "#base-20", false, true);
        assertThat(state().selection()).containsExactlyInAnyOrder(12, 14, 20);
        robot.clickOn("#auxiliary-1");
        assertThat(List.of(links().get(12), links().get(14), links().get(20))).containsOnly(1);
        assertThat(links().get(13)).isNotEqualTo(1);
    }

    @Test
    void aBoxSelectsAndAllGoTogether(FxRobot robot) {
        open(robot);
        Point2D right = new Point2D(120, 0);
        robot.drag(at("#base-15").add(right).subtract(0, 5), MouseButton.PRIMARY)
                .dropTo(at("#base-18").add(0, 4));
        assertThat(state().selection()).containsExactlyInAnyOrder(15, 16, 17, 18);
        robot.drag(at("#base-16"), MouseButton.PRIMARY).dropTo(at("#auxiliary-7"));
        assertThat(links().subList(15, 19)).containsOnly(7);
        robot.push(KeyCode.SHORTCUT, KeyCode.Z);
        assertThat(links()).as("one step back for all").isEqualTo(setup.layerMap());
    }

    /** The headless mouse doesn't know which keys are held. */
    private void clickWith(FxRobot robot, String node, boolean shift, boolean shortcut) {
        Node view = panel.lookup("#layer-map");
        Point2D screen = at(node);
        Point2D scene = view.localToScene(view.screenToLocal(screen));
        for (EventType<MouseEvent> type : List.of(MouseEvent.MOUSE_PRESSED, MouseEvent.MOUSE_RELEASED)) {
            robot.interact(() -> view.fireEvent(new MouseEvent(
                    type,
                    scene.getX(),
                    scene.getY(),
                    screen.getX(),
                    screen.getY(),
                    MouseButton.PRIMARY,
                    1,
                    shift,
                    shortcut,
                    false,
                    false,
                    true,
                    false,
                    false,
                    false,
                    false,
                    true,
                    null)));
        }
    }
}
