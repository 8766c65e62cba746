package org.foretoken.ui.fx;

import java.util.List;
import javafx.geometry.Insets;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.layout.Pane;

/** Cards of one width side by side, as many in a row as there is room for; rows share the height. */
public final class CardRow extends Pane {
    private static final double GAP = 16;

    private final double minCardWidth;
    private final double minCardHeight;

    public CardRow(double minCardWidth, double minCardHeight) {
        this.minCardWidth = minCardWidth;
        this.minCardHeight = minCardHeight;
        getStyleClass().add("card-row");
    }

    @Override
    public Orientation getContentBias() {
        return Orientation.HORIZONTAL;
    }

    private int columns(double width) {
        int cards = Math.max(1, getManagedChildren().size());
        return Math.clamp((long) ((width + GAP) / (minCardWidth + GAP)), 1, cards);
    }

    private int rows(double width) {
        int columns = columns(width);
        return (getManagedChildren().size() + columns - 1) / columns;
    }

    @Override
    protected double computeMinWidth(double height) {
        return minCardWidth + getInsets().getLeft() + getInsets().getRight();
    }

    @Override
    protected double computeMinHeight(double width) {
        return computePrefHeight(width);
    }

    @Override
    protected double computePrefHeight(double width) {
        Insets insets = getInsets();
        int rows = rows((width < 0 ? getWidth() : width) - insets.getLeft() - insets.getRight());
        return rows * (minCardHeight + GAP) - GAP + insets.getTop() + insets.getBottom();
    }

    @Override
    protected void layoutChildren() {
        Insets insets = getInsets();
        List<Node> cards = getManagedChildren();
        double width = getWidth() - insets.getLeft() - insets.getRight();
        double height = getHeight() - insets.getTop() - insets.getBottom();
        int columns = columns(width);
        int rows = Math.max(1, rows(width));
        double cardWidth = snapSizeX((width - GAP * (columns - 1)) / columns);
        double cardHeight = snapSizeY((height - GAP * (rows - 1)) / rows);
        for (int i = 0; i < cards.size(); i++) {
            int row = i / columns;
            int column = i % columns;
            cards.get(i)
                    .resizeRelocate(
                            snapPositionX(insets.getLeft() + column * (cardWidth + GAP)),
                            snapPositionY(insets.getTop() + row * (cardHeight + GAP)),
                            cardWidth,
                            cardHeight);
        }
    }
}
