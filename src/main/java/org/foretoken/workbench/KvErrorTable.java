package org.foretoken.workbench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.calibrate.KvErrorProfile;

/** What {@link MeasureKvError} found as a CSV table, one row a setup, base layer and position. */
public final class KvErrorTable {
    private static final String FIGURES =
            "key_relative_l2,key_l1,key_cosine,value_relative_l2,value_l1,value_cosine,attention_cosine";

    private KvErrorTable() {}

    /**
     * The table of prompts.
     *
     * @param measured by one or more setups
     * @param byHead a row for each kv head as well; head is empty in those of whole entries
     */
    public static String ofPrompts(List<MeasureKvError.OfPrompt> measured, boolean byHead) {
        StringBuilder csv = new StringBuilder("setup,layer,position,token,text,head," + FIGURES + ",kl,same_top1\n");
        for (MeasureKvError.OfPrompt each : measured) {
            KvError error = each.error();
            for (int layer = 0; layer < error.layers(); layer++) {
                for (int position = 0; position < error.positions(); position++) {
                    String start = quoted(each.setup().toString()) + "," + layer + "," + position + ","
                            + each.ids().get(position) + ","
                            + quoted(each.pieces().get(position)) + ",";
                    KvError.Answer answer = error.answers().get(position);
                    csv.append(start).append(",");
                    int l = layer;
                    int p = position;
                    figures(csv, error, (side, metric) -> side.value(metric, l, p));
                    csv.append(number(error.attention().get(layer)[position]))
                            .append(",")
                            .append(number(answer.kl()))
                            .append(",")
                            .append(answer.sameTopOne() ? 1 : 0)
                            .append("\n");
                    for (int head = 0; byHead && head < error.keys().kvHeads().get(layer); head++) {
                        csv.append(start).append(head).append(",");
                        int h = head;
                        figures(csv, error, (side, metric) -> side.value(metric, l, p, h));
                        csv.append(",,\n");
                    }
                }
            }
        }
        return csv.toString();
    }

    /** Each metric of keys, then of values. */
    private static void figures(StringBuilder csv, KvError error, ToDoubleBiFunction<Entries, Metric> value) {
        for (Entries side : List.of(error.keys(), error.values())) {
            for (Metric metric : Metric.values()) {
                csv.append(number(value.applyAsDouble(side, metric))).append(",");
            }
        }
    }

    /** The profiles of texts, one row a layer. */
    public static String ofTexts(List<MeasureKvError.OfText> measured) {
        StringBuilder csv = new StringBuilder("setup,layer," + FIGURES + "\n");
        for (MeasureKvError.OfText each : measured) {
            List<KvErrorProfile.Layer> layers = each.profile().layers();
            for (int i = 0; i < layers.size(); i++) {
                csv.append(quoted(each.setup().toString())).append(",").append(i);
                for (KvErrorProfile.Means side :
                        List.of(layers.get(i).keys(), layers.get(i).values())) {
                    for (Metric metric : Metric.values()) {
                        csv.append(",").append(number(side.value(metric)));
                    }
                }
                csv.append(",").append(number(layers.get(i).attention())).append("\n");
            }
        }
        return csv.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
