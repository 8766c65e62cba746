package org.foretoken.calibrate;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.Progress;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.torch.Inference;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.WorkerTeam;

/** The price of every link summed up: fitted on some text, tried on other. All links from an input are priced at once: a product of thousands of columns runs at full speed. */
final class LinkPricing {
    private final KvStatistics fitted;
    private final KvStatistics heldOut;
    private final double lambda;
    private final double[][] keys;
    private final double[][] values;

    /** @param heldOut sums of the same links over text that isn't in the others */
    LinkPricing(KvStatistics fitted, KvStatistics heldOut, double lambda) {
        this.fitted = fitted;
        this.heldOut = heldOut;
        this.lambda = lambda;
        keys = unpriced(fitted);
        values = unpriced(fitted);
    }

    private static double[][] unpriced(KvStatistics statistics) {
        double[][] prices = new double[statistics.baseLayers()][statistics.auxiliaryLayers()];
        for (double[] row : prices) {
            Arrays.fill(row, Double.NaN);
        }
        return prices;
    }

    LinkPrices run(Progress progress) {
        for (List<Part> parts : Outputs.sides(fitted.source())) {
            Part side = parts.get(0);
            List<Integer> inputs = List.copyOf(fitted.side(side).keySet());
            WorkerTeam team = LibTorch.team();
            for (int first = 0; first < inputs.size(); first += team.threads()) {
                progress.report("Pricing the links", first, inputs.size());
                int from = first;
                team.run(
                        Math.min(team.threads(), inputs.size() - first),
                        (part, thread) -> price(inputs.get(from + part), side));
            }
        }
        return new LinkPrices(fitted.source(), fitted.tokens(), heldOut.tokens(), lambda, rows(keys), rows(values));
    }

    private void price(int auxiliaryLayer, Part side) {
        InputSums input = Objects.requireNonNull(fitted.side(side).get(auxiliaryLayer));
        LinkSums seen = input.all();
        LinkSums unseen =
                Objects.requireNonNull(heldOut.side(side).get(auxiliaryLayer)).all();
        try (Inference mode = Inference.begin();
                Factors factors = Factors.relative(lambda)) {
            Tensor residuals = unseen.residuals(factors.of(input).solve(seen));
            Tensor spreads = unseen.spreads(seen.mean());
            Tensor squares = unseen.squares();
            for (Part part : Part.values()) {
                double[][] prices = part == Part.KEYS ? keys : values;
                input.outputs()
                        .columns(part)
                        .forEach((i, columns) -> prices[i][auxiliaryLayer] = fitted.isShared(auxiliaryLayer, i)
                                ? 0
                                : LinkSums.relativeError(
                                        sum(residuals, columns), sum(spreads, columns), sum(squares, columns)));
            }
        }
    }

    private static double sum(Tensor perColumn, Outputs.Columns columns) {
        return perColumn.narrow(0, columns.from(), columns.width()).sum().item_double();
    }

    private static List<List<Double>> rows(double[][] prices) {
        return Arrays.stream(prices)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }
}
