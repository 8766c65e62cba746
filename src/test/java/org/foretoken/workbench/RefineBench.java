package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.Statistics;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.Sampling;

/**
 * The base, KV prediction and KV prediction with the exact cache behind it on one setup, in turns in one process: time to first token, and to the last.
 */
final class RefineBench {
    private static final int WARM_UPS = 3;

    private final Workbench workbench;
    private final Path setup;
    private final int reply;

    private RefineBench(Workbench workbench, Path setup, int reply) {
        this.workbench = workbench;
        this.setup = setup;
        this.reply = reply;
    }

    /** {@code SETUP TOKENS ROUNDS REPLY}. */
    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("foretoken-refine");
        try (Workbench workbench = new Workbench(home)) {
            RefineBench bench = new RefineBench(workbench, Path.of(args[0]), Integer.parseInt(args[3]));
            workbench
                    .jobs()
                    .submit("bench", progress -> {
                        bench.compare(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
                        return true;
                    })
                    .await();
        }
        System.exit(0);
    }

    private void compare(int tokens, int rounds) throws ForetokenException {
        Prompt prompt = MeasureTtft.prompt(
                        workbench.models().setup(setup, Progress.NONE).base(), tokens)
                .prompt();
        List<List<Double>> first = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<List<Double>> last = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int round = -WARM_UPS; round < rounds; round++) {
            List<GenerationResult> results = List.of(
                    answer(Arm.BASE, prompt, 0),
                    answer(Arm.KV_PREDICTION, prompt, 0),
                    answer(Arm.KV_PREDICTION, prompt, 4));
            for (int i = 0; round >= 0 && i < results.size(); i++) {
                double ttft = results.get(i).times().ttft();
                first.get(i).add(ttft);
                last.get(i).add(ttft + results.get(i).times().decode());
            }
        }
        List<String> names = List.of("base", "KV prediction", "refined after 4");
        for (int i = 0; i < names.size(); i++) {
            System.out.printf(
                    "%-16s first token %s, token %d %s%n",
                    names.get(i), spread(first.get(i)), reply, spread(last.get(i)));
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ratios.add(first.get(2).get(round) / first.get(1).get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "first token refined / not: of the medians %.3f, of the fastest %.3f, round by round %s%n",
                Statistics.median(first.get(2)) / Statistics.median(first.get(1)),
                Statistics.quantile(first.get(2), 0) / Statistics.quantile(first.get(1), 0),
                spread(ratios));
    }

    private GenerationResult answer(Arm arm, Prompt prompt, int refine) throws ForetokenException {
        Generate.Request request =
                new Generate.Request(setup, arm, prompt, Sampling.GREEDY, reply, List.of(), 0, refine);
        return new Generate(workbench).run(request, (id, text) -> {}, Progress.NONE);
    }

    private static String spread(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.4g (%.4g-%.4g)",
                Statistics.median(values),
                Statistics.quantile(values, 0.1),
                Statistics.quantile(values, 0.9));
    }
}
