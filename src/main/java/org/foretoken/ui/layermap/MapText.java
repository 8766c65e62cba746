package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.LayerMap;

/** A layer map as text: {@code [0, 0, 1, 1]}, as in setup.json and in Python. */
final class MapText {
    private static final Pattern LIST =
            Pattern.compile("\\s*[\\[(]?\\s*(\\d{1,6}(?:\\s*[,;\\s]\\s*\\d{1,6})*)\\s*,?\\s*[\\])]?\\s*");
    private static final Pattern BETWEEN = Pattern.compile("[,;\\s]+");

    private MapText() {}

    static String write(List<Integer> links) {
        return links.toString();
    }

    /**
     * Reads a list; brackets may be missing, commas be spaces.
     *
     * @throws ForetokenException when it is no list of numbers, or has not one auxiliary layer for each base layer
     */
    static List<Integer> read(String text, int baseLayers, int auxiliaryLayers) throws ForetokenException {
        var matcher = LIST.matcher(text);
        if (!matcher.matches()) {
            throw new ForetokenException("The clipboard has no layer map: copy a list such as [0, 0, 1, …] with an"
                    + " auxiliary layer for each of the " + baseLayers + " base layers.");
        }
        List<Integer> links = new ArrayList<>();
        for (String number : BETWEEN.split(matcher.group(1), -1)) {
            links.add(Integer.valueOf(number));
        }
        new LayerMap(links).check(baseLayers, auxiliaryLayers);
        return links;
    }
}
