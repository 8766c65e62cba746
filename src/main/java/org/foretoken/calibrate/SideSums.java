package org.foretoken.calibrate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** All sums of one side: of the keys, or of the values. The inputs are the caller's; both sides may read the same ones. */
final class SideSums implements AutoCloseable {
    private final Map<Integer, InputSums> inputs = new TreeMap<>(); // by auxiliary layer
    private final Map<Integer, OutputSums> outputs = new TreeMap<>(); // by base layer
    private final Map<Link, LinkSums> links = new LinkedHashMap<>();

    /** Makes room for a link. */
    void open(Link link, InputSums input, long outputWidth, int window) {
        inputs.put(link.auxiliaryLayer(), input);
        OutputSums output = outputs.computeIfAbsent(link.baseLayer(), i -> new OutputSums(outputWidth, window));
        links.put(link, new LinkSums(input, output));
    }

    /** Takes rows of an auxiliary layer's input, where something reads it. */
    void setInput(int auxiliaryLayer, int start, Tensor x_TD) {
        InputSums input = inputs.get(auxiliaryLayer);
        if (input != null) {
            input.set(start, x_TD);
        }
    }

    /** Takes rows of a base layer's keys or values, where something feeds it. */
    void setOutput(int baseLayer, int start, Tensor y_TD) {
        OutputSums output = outputs.get(baseLayer);
        if (output != null) {
            output.set(start, y_TD);
        }
    }

    /** Adds the first rows of the window under way to the sums of outputs and links. */
    void add(int rows) {
        outputs.values().forEach(output -> output.add(rows));
        links.values().forEach(link -> link.add(rows));
    }

    LinkSums link(Link link) {
        LinkSums sums = links.get(link);
        if (sums == null) {
            throw new IllegalStateException("no sums for " + link);
        }
        return sums;
    }

    boolean isFinite() {
        try (PointerScope scope = new PointerScope()) {
            return links.values().stream().allMatch(LinkSums::isFinite);
        }
    }

    @Override
    public void close() {
        links.values().forEach(LinkSums::close);
        outputs.values().forEach(OutputSums::close);
    }
}
