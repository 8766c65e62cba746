package org.foretoken.ui.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;

/** Which layers of a model to keep: the first m, every n-th, a list, or those that matter most on a text. */
final class LayerChoice {
    /** The ways. */
    enum Way {
        FIRST,
        EVERY,
        LIST,
        IMPORTANCE
    }

    /**
     * What the choice comes to.
     *
     * @param layers that are kept; empty where a text is to tell
     * @param important how many a text is to tell; 0 otherwise
     * @param problem why it comes to nothing; mostly empty
     */
    record Outcome(List<Integer> layers, int important, String problem) {
        boolean good() {
            return problem.isEmpty();
        }
    }

    private static final String NOTHING_GAINED = "Leave out at least one layer, or nothing is gained.";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:\\s*[-–]\\s*(\\d{1,6}))?");

    private final IntegerProperty layerCount = new SimpleIntegerProperty(1);
    private final ObjectProperty<Way> way = new SimpleObjectProperty<>(Way.FIRST);
    private final IntegerProperty first = new SimpleIntegerProperty(1);
    private final IntegerProperty every = new SimpleIntegerProperty(2);
    private final IntegerProperty important = new SimpleIntegerProperty(1);
    private final ObjectProperty<Optional<Path>> text = new SimpleObjectProperty<>(Optional.empty());
    private final StringProperty list = new SimpleStringProperty("");
    private final ObservableValue<Outcome> outcome =
            Bindings.createObjectBinding(this::work, new Observable[] {layerCount, way, first, every, list, important});

    ObjectProperty<Way> wayProperty() {
        return way;
    }

    IntegerProperty firstProperty() {
        return first;
    }

    IntegerProperty everyProperty() {
        return every;
    }

    /** How many layers stay that matter most. */
    IntegerProperty importantProperty() {
        return important;
    }

    /** The text that tells what matters; empty for the one that comes with the program. */
    ObjectProperty<Optional<Path>> textProperty() {
        return text;
    }

    /** Numbers and ranges with commas between, such as "0-14, 20". */
    StringProperty listProperty() {
        return list;
    }

    ObservableValue<Outcome> outcomeProperty() {
        return outcome;
    }

    /** Starts afresh for a model of that many layers: the first half. */
    void startFor(int layers) {
        layerCount.set(layers);
        way.set(Way.FIRST);
        first.set(Math.max(1, layers / 2));
        every.set(2);
        important.set(Math.max(1, layers / 2));
        list.set("");
    }

    private Outcome work() {
        int layers = layerCount.get();
        return switch (way.get()) {
            case FIRST ->
                checked(IntStream.range(0, Math.min(layers, first.get()))
                        .boxed()
                        .toList());
            case EVERY ->
                checked(IntStream.range(0, layers)
                        .filter(i -> i % every.get() == 0)
                        .boxed()
                        .toList());
            case LIST -> parse(list.get());
            case IMPORTANCE ->
                important.get() < layers ? new Outcome(List.of(), important.get(), "") : problem(NOTHING_GAINED);
        };
    }

    private Outcome parse(String text) {
        TreeSet<Integer> kept = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return problem("“" + part.strip() + "” is no layer: write numbers and ranges, such as 0-14, 20.");
            }
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
            if (from > to || to >= layerCount.get()) {
                return problem(
                        "“" + part.strip() + "” is out of range: the layers are 0 to " + (layerCount.get() - 1) + ".");
            }
            IntStream.rangeClosed(from, to).forEach(kept::add);
        }
        return checked(new ArrayList<>(kept));
    }

    private Outcome checked(List<Integer> layers) {
        if (layers.isEmpty()) {
            return problem("Keep at least one layer.");
        }
        return layers.size() == layerCount.get() ? problem(NOTHING_GAINED) : new Outcome(List.copyOf(layers), 0, "");
    }

    private static Outcome problem(String sentence) {
        return new Outcome(List.of(), 0, sentence);
    }
}
