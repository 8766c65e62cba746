package org.foretoken.ui.figure;

import java.util.Optional;
import java.util.function.Predicate;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import org.foretoken.figure.Palette;

/**
 * A figure on the screen, with a place in it that the mouse or the arrow keys choose and that is told in words.
 *
 * @param <P> what a place is
 */
public abstract class FigureView<P> extends Region {
    private final String unchosenText;
    private final Canvas canvas = new Canvas();
    private final ReadOnlyStringWrapper told = new ReadOnlyStringWrapper("");
    private Optional<P> chosen = Optional.empty();
    /** Whether it was by the mouse: such a place goes when the mouse does, one reached by keys stays. */
    private boolean hovered;

    /**
     * @param name its id and style class
     * @param accessibleText what it is and which keys move
     */
    @SuppressWarnings("this-escape") // listeners: nothing calls them before the view is in a window
    protected FigureView(String name, String accessibleText, double minWidth, double minHeight) {
        unchosenText = accessibleText;
        setId(name);
        getStyleClass().add(name);
        getChildren().add(canvas);
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText(accessibleText);
        setMinSize(minWidth, minHeight);
        setOnMouseMoved(this::point);
        setOnMouseExited(e -> {
            if (hovered) {
                hovered = false;
                changed(place -> false);
            }
        });
        setOnMousePressed(e -> {
            requestFocus();
            point(e);
            e.consume(); // or a scroll pane around would take the focus
        });
        setOnMouseClicked(e -> {
            if (e.isStillSincePress()) {
                at(e.getX(), e.getY()).ifPresent(this::open);
            }
        });
        setOnKeyPressed(e -> {
            if (e.getCode() == KeyCode.ENTER) {
                chosen.ifPresent(this::open);
            }
            to(e.getCode(), chosen).ifPresent(place -> {
                e.consume();
                hovered = false;
                choose(place);
            });
        });
        focusedProperty().addListener((o, old, now) -> paint());
        backgroundProperty().addListener((o, old, now) -> paint());
    }

    /** What is told of the chosen place; empty without one. */
    public ReadOnlyStringProperty toldProperty() {
        return told.getReadOnlyProperty();
    }

    public Optional<P> chosen() {
        return chosen;
    }

    /** The place under a point, if any. */
    protected abstract Optional<P> at(double x, double y);

    /** Where a key leads; empty for keys that lead nowhere, which go on to others. */
    protected abstract Optional<P> to(KeyCode key, Optional<P> from);

    /** A place was clicked, or chosen and Enter pressed. */
    protected void open(P place) {}

    /** What is known of a place. */
    protected abstract String words(P place);

    /** Draws on the cleared canvas; the view has a size. */
    protected abstract void draw(GraphicsContext graphics, Optional<P> chosen);

    /** The colours that can be seen on it: its own ground says which theme it is. */
    protected final Palette palette() {
        boolean dark = getBackground() != null
                && !getBackground().getFills().isEmpty()
                && getBackground().getFills().get(0).getFill() instanceof Color ground
                && ground.getBrightness() < 0.5;
        return dark ? Palette.DARK : Palette.LIGHT;
    }

    /** To be called when there is something else to show; the chosen place stays where it is still there. */
    protected final void changed(Predicate<P> isThere) {
        chosen = chosen.filter(isThere);
        tell();
        paint();
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        paint();
    }

    private void point(MouseEvent event) {
        at(event.getX(), event.getY()).ifPresent(place -> {
            hovered |= !Optional.of(place).equals(chosen);
            choose(place);
        });
    }

    private void choose(P place) {
        if (!Optional.of(place).equals(chosen)) {
            chosen = Optional.of(place);
            tell();
            paint();
        }
    }

    private void tell() {
        told.set(chosen.map(this::words).orElse(""));
        setAccessibleText(chosen.isPresent() ? told.get() : unchosenText);
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        if (getWidth() > 0) {
            draw(graphics, chosen);
        }
    }
}
