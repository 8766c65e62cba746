package org.foretoken.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvError.Answer;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.calibrate.KvErrorProfile.Layer;
import org.foretoken.calibrate.KvErrorProfile.Means;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
import org.foretoken.calibrate.ReferenceProtocol.TailRow;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfReference;
import org.foretoken.workbench.MeasureKvError.OfText;

/** KV error in JSON: an object of one setup, or of two an object with a list. What isn't a number is null. */
final class ErrorJson {
    private ErrorJson() {}

    static JsonNode ofPrompts(List<OfPrompt> measured, boolean byHead) {
        return oneOrMore(measured.stream().map(each -> of(each, byHead)).toList());
    }

    static JsonNode ofTexts(List<OfText> measured) {
        return oneOrMore(measured.stream().map(ErrorJson::of).toList());
    }

    static JsonNode ofReferences(List<OfReference> measured) {
        return oneOrMore(measured.stream().map(ErrorJson::of).toList());
    }

    private static JsonNode oneOrMore(List<ObjectNode> measured) {
        if (measured.size() == 1) {
            return measured.get(0);
        }
        ObjectNode both = Json.object();
        both.putArray("setups").addAll(measured);
        return both;
    }

    private static ObjectNode of(OfPrompt measured, boolean byHead) {
        KvError error = measured.error();
        ObjectNode json =
                Json.object().put("setup", measured.setup().toString()).put("kernel", measured.kernel());
        json.set("tokens", Json.integers(measured.ids()));
        ArrayNode pieces = json.putArray("pieces");
        measured.pieces().forEach(pieces::add);
        json.set("keys", matrices(error, error.keys(), byHead));
        json.set("values", matrices(error, error.values(), byHead));
        json.set(
                "attention_cosine",
                list(
                        error.layers(),
                        layer -> numbers(
                                error.positions(), position -> error.attention().get(layer)[position])));
        List<Answer> answers = error.answers();
        json.set("kl", numbers(answers.size(), i -> answers.get(i).kl()));
        ArrayNode same = json.putArray("same_top1");
        answers.forEach(answer -> same.add(answer.sameTopOne()));
        json.set("loss", numbers(answers.size(), i -> answers.get(i).loss()));
        json.set("base_loss", numbers(answers.size(), i -> answers.get(i).baseLoss()));
        json.set("profile", of(measured.profile()));
        return json;
    }

    /** By metric [layer][position], and by head [layer][position][head]. */
    private static ObjectNode matrices(KvError error, Entries entries, boolean byHead) {
        ObjectNode json = Json.object();
        for (Metric metric : Metric.values()) {
            json.set(
                    name(metric),
                    list(
                            error.layers(),
                            layer -> numbers(error.positions(), position -> entries.value(metric, layer, position))));
            if (byHead) {
                json.set(
                        name(metric) + "_by_head",
                        list(
                                error.layers(),
                                layer -> list(
                                        error.positions(),
                                        position -> numbers(
                                                entries.kvHeads().get(layer),
                                                head -> entries.value(metric, layer, position, head)))));
            }
        }
        return json;
    }

    private static ObjectNode of(OfText measured) {
        ObjectNode json = Json.object()
                .put("setup", measured.setup().toString())
                .put("kernel", measured.kernel())
                .put("windows", measured.windows().size());
        json.set("profile", of(measured.profile()));
        json.set("tails", of(measured.tails()));
        return json;
    }

    private static ObjectNode of(OfReference measured) {
        Figures figures = measured.figures();
        ObjectNode json = Json.object()
                .put("setup", measured.setup().toString())
                .put("kernel", measured.kernel())
                .put("source", measured.source().label())
                .put("k_error", figures.keyError())
                .put("v_error", figures.valueError())
                .put("kl", figures.quality().kl())
                .put("top1", figures.quality().topOne())
                .put("perplexity", figures.quality().perplexity())
                .put("base_perplexity", figures.quality().basePerplexity());
        json.set("key_errors", Json.numbers(figures.keyErrors()));
        json.set("value_errors", Json.numbers(figures.valueErrors()));
        json.set("tails", of(figures.tails()));
        return json;
    }

    private static ArrayNode of(List<TailRow> tails) {
        return list(
                tails.size(),
                i -> Json.object()
                        .put("tail", tails.get(i).tail())
                        .put("kl", tails.get(i).kl())
                        .put("top1", tails.get(i).topOne())
                        .put("prompts", tails.get(i).prompts()));
    }

    private static ObjectNode of(KvErrorProfile profile) {
        List<Layer> layers = profile.layers();
        ObjectNode json = Json.object();
        json.set("keys", means(layers.stream().map(Layer::keys).toList()));
        json.set("values", means(layers.stream().map(Layer::values).toList()));
        json.set("attention_cosine", numbers(layers.size(), i -> layers.get(i).attention()));
        json.put("kl", profile.kl()).put("top1", profile.topOne()).put("positions", profile.positions());
        put(json, "perplexity", profile.perplexity());
        put(json, "base_perplexity", profile.basePerplexity());
        return json;
    }

    private static ObjectNode means(List<Means> layers) {
        ObjectNode json = Json.object();
        for (Metric metric : Metric.values()) {
            json.set(name(metric), numbers(layers.size(), i -> layers.get(i).value(metric)));
        }
        return json;
    }

    private static String name(Metric metric) {
        return metric.name().toLowerCase(Locale.ROOT);
    }

    private static void put(ObjectNode json, String name, double value) {
        json.set(name, numbers(1, i -> value).get(0));
    }

    private static ArrayNode list(int count, IntFunction<JsonNode> element) {
        ArrayNode array = Json.object().arrayNode(count);
        for (int i = 0; i < count; i++) {
            array.add(element.apply(i));
        }
        return array;
    }

    /** Seven digits: what was computed in float32 has no more. */
    private static ArrayNode numbers(int count, IntToDoubleFunction element) {
        ArrayNode array = Json.object().arrayNode(count);
        for (int i = 0; i < count; i++) {
            double value = element.applyAsDouble(i);
            if (Double.isFinite(value)) {
                array.add((float) value);
            } else {
                array.addNull();
            }
        }
        return array;
    }
}
