package org.foretoken.ui.training;

/** Where a chart's lines are: its title and legend stand above, its numbers to the left and below. */
record ChartFrame(double left, double top, double width, double height) {
    private static final double NUMBERS = 48;
    private static final double TITLE = 42;
    private static final double AXIS = 34;
    private static final double GAP = 16;
    private static final double LEAST_HEIGHT = 160;
    /** What two charts need beside each other. */
    static final double ROOM_FOR_TWO = 440;

    /** The frame of one of four charts, two a row or, in a small window, one: loss, perplexity, keys, values. */
    static ChartFrame of(int chart, double width, double height) {
        int aRow = inARow(width);
        int row = chart / aRow;
        double across = width / aRow;
        double down = height / rows(width);
        return new ChartFrame(
                chart % aRow * across + NUMBERS,
                row * down + TITLE,
                Math.max(1, across - NUMBERS - GAP),
                Math.max(1, down - TITLE - AXIS));
    }

    private static int inARow(double width) {
        return width < ROOM_FOR_TWO ? 1 : 2;
    }

    private static int rows(double width) {
        return 4 / inARow(width);
    }

    /** What all four need at least. */
    static double leastHeight(double width) {
        return LEAST_HEIGHT * rows(width);
    }

    double right() {
        return left + width;
    }

    double bottom() {
        return top + height;
    }

    /** Whether a point is in the chart, its edges included: one a finger's breadth outside, too. */
    boolean near(double x, double y) {
        return x >= left - GAP && x < right() + GAP && y >= top - GAP && y < bottom() + GAP;
    }
}
