package org.foretoken.ui;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.stage.Stage;
import javafx.util.Duration;
import javax.imageio.ImageIO;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Remembered;
import org.foretoken.workbench.SetupSummary;

/**
 * Opens the window with made-up answers, to look at it: {@code Preview SCENE THEME WIDTH HEIGHT [PNG]}. Scenes: empty, model, pair, setup,
 * calibrating, layer-map, prompt-empty, prompt, train, training, pareto-empty, pareto, break-even, runs. With a PNG it takes a picture after three seconds and ends.
 */
public final class Preview {
    private Preview() {}

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("foretoken-preview");
        FakeActions actions = new FakeActions(home);
        String scene = args[0];
        boolean withSetup = List.of(
                        "setup",
                        "calibrating",
                        "layer-map",
                        "prompt",
                        "prompt-empty",
                        "missing",
                        "train",
                        "training",
                        "pareto-empty",
                        "pareto",
                        "break-even")
                .contains(scene);
        if (withSetup) {
            actions.setups.add(actions.setup(
                    15,
                    scene.startsWith("prompt")
                            || scene.startsWith("train")
                            || scene.startsWith("pareto")
                            || scene.equals("break-even")
                            || scene.equals("layer-map")));
        }
        actions.calibrationStepMillis = 200;
        actions.tokenMillis = 10;
        actions.training.steps.release(120);
        actions.sweeps.points.release(2);
        actions.breakEven.lengths.release(100);
        actions.runs.fill();
        for (SetupSummary setup : actions.setups) {
            Files.createDirectories(setup.folder());
            Files.createFile(setup.folder().resolve("setup.json"));
        }
        String folder = withSetup ? actions.setups.get(0).folder().toString() : null;
        String base = List.of("model", "pair").contains(scene) ? FakeModels.SMOL.toString() : null;
        List<String> added = scene.equals("empty") ? List.of() : List.of(FakeModels.SMOL.toString());
        new Remembered(
                        0,
                        0,
                        Double.parseDouble(args[2]),
                        Double.parseDouble(args[3]),
                        false,
                        0.3,
                        0.72,
                        args[1],
                        added,
                        base,
                        folder)
                .write(home);
        Platform.startup(() -> {
            Stage stage = new Stage();
            MainWindow window = new MainWindow(
                    stage,
                    actions,
                    UiThreads.javafx(),
                    new FakeChoosers()
                            .withFile(FakeModels.SMOL)
                            .withFolder(FakeModels.ELM)
                            .withTexts(Path.of("/text/questions.txt")));
            window.show(() -> System.exit(0));
            after(2500, () -> act(window, scene));
            if (args.length > 4) {
                after(7000, () -> picture(stage, Path.of(args[4])));
            }
        });
    }

    private static void act(MainWindow window, String scene) {
        switch (scene) {
            case "pair" -> window.models().open(FakeModels.ELM);
            case "calibrating" -> window.current().calibrate();
            case "layer-map" -> window.show(org.foretoken.ui.shell.Panel.LAYER_MAP);
            case "prompt" -> window.prompt().tryOut();
            case "break-even" -> window.show(org.foretoken.ui.shell.Panel.BREAK_EVEN);
            case "runs" -> window.showRuns(List.of("abase", "akv"));
            case "setup" -> window.models().look(window.models().setups().get(0));
            default -> {}
        }
        if (scene.startsWith("train")) {
            window.show(org.foretoken.ui.shell.Panel.TRAIN);
            window.training().addTexts(List.of(Path.of("/text/wiki.txt"), Path.of("/text/questions.jsonl")));
        }
        if (scene.equals("training")) {
            window.training().start();
        }
        if (scene.startsWith("pareto")) {
            window.show(org.foretoken.ui.shell.Panel.PARETO);
        }
        if (scene.equals("pareto")) {
            window.pareto().measureSampleModels();
        }
        if (scene.startsWith("prompt") || scene.equals("missing")) {
            window.show(org.foretoken.ui.shell.Panel.PROMPT);
        }
        if (scene.equals("missing")) {
            window.prompt().tryOut();
        }
    }

    private static void picture(Stage stage, Path png) {
        try {
            ImageIO.write(SwingFXUtils.fromFXImage(stage.getScene().snapshot(null), null), "png", png.toFile());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        System.exit(0);
    }

    private static void after(int millis, Runnable action) {
        PauseTransition pause = new PauseTransition(Duration.millis(millis));
        pause.setOnFinished(e -> action.run());
        pause.play();
    }
}
