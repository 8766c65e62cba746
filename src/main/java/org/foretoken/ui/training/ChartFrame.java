package org.foretoken.ui.training;

/** Where a chart's lines are: its title and legend stand above, its numbers to the left and below. */
record ChartFrame(double left, double top, double width, double height) {
    private static final double NUMBERS = 48;
    private static final double TITLE = 42;
    private static final double AXIS = 34;
    private static final double GAP = 16;

    /** The frame of one of four charts, two a row: loss, perplexity, keys, values. */
    static ChartFrame of(int chart, double width, double height) {
        double across = width / 2;
        double down = height / 2;
        return new ChartFrame(
                (chart % 2 == 0 ? 0 : across) + NUMBERS,
                (chart < 2 ? 0 : down) + TITLE,
                Math.max(1, across - NUMBERS - GAP),
                Math.max(1, down - TITLE - AXIS));
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
