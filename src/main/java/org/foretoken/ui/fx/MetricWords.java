package org.foretoken.ui.fx;

import org.foretoken.eval.Metric;

/** What the window calls metrics. */
public final class MetricWords {
    private MetricWords() {}

    /** Of a metric as records name it: {@code official_exact} is "official exact". */
    public static String of(String label) {
        return label.equals(Metric.KL.label()) ? "KL" : label.replace('_', ' ');
    }
}
