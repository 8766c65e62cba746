package org.foretoken.ui;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Rectangle2D;
import javafx.scene.Scene;
import javafx.scene.input.DragEvent;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.foretoken.ui.breakeven.BreakEvenPanel;
import org.foretoken.ui.breakeven.BreakEvenViewModel;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Mnemonics;
import org.foretoken.ui.fx.Theme;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.kverror.KvErrorPanel;
import org.foretoken.ui.kverror.KvErrorViewModel;
import org.foretoken.ui.layermap.LayerMapPanel;
import org.foretoken.ui.layermap.LayerMapViewModel;
import org.foretoken.ui.models.ModelsPanel;
import org.foretoken.ui.models.ModelsViewModel;
import org.foretoken.ui.pareto.ParetoPanel;
import org.foretoken.ui.pareto.ParetoViewModel;
import org.foretoken.ui.prompt.PromptPanel;
import org.foretoken.ui.prompt.PromptViewModel;
import org.foretoken.ui.runs.RunsPanel;
import org.foretoken.ui.runs.RunsViewModel;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.AppIcon;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.NoticeBar;
import org.foretoken.ui.shell.Notices;
import org.foretoken.ui.shell.Panel;
import org.foretoken.ui.shell.Rail;
import org.foretoken.ui.shell.Remembered;
import org.foretoken.ui.shell.SetupBar;
import org.foretoken.ui.shell.StatusBar;
import org.foretoken.ui.tasks.TasksPanel;
import org.foretoken.ui.tasks.TasksViewModel;
import org.foretoken.ui.training.TrainingPanel;
import org.foretoken.ui.training.TrainingViewModel;

/** The window: puts view models and views together, and remembers where things were. */
final class MainWindow {
    private final Stage stage;
    private final Actions actions;
    private final CurrentSetup current;
    private final ModelsViewModel models;
    private final PromptViewModel prompt;
    private final ModelsPanel modelsPanel;
    private final LayerMapPanel layerMapPanel;
    private final PromptPanel promptPanel;
    private final KvErrorViewModel kvError;
    private final KvErrorPanel kvErrorPanel;
    private final TrainingViewModel training;
    private final TrainingPanel trainingPanel;
    private final TasksViewModel tasks;
    private final TasksPanel tasksPanel;
    private final ParetoViewModel pareto;
    private final ParetoPanel paretoPanel;
    private final RunsViewModel runs;
    private final RunsPanel runsPanel;
    private final BreakEvenPanel breakEvenPanel;
    private final ObjectProperty<Panel> shown = new SimpleObjectProperty<>(Panel.MODELS);
    private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.SYSTEM);
    private final StackPane panels = new StackPane();
    private final BorderPane root = new BorderPane();

    MainWindow(Stage stage, Actions actions, UiThreads threads, Choosers choosers) {
        this.stage = stage;
        this.actions = actions;
        Notices notices = new Notices(actions.home().resolve("logs"));
        current = new CurrentSetup(actions, threads, notices);
        models = new ModelsViewModel(actions, threads, notices, current);
        prompt = new PromptViewModel(actions, threads, notices, current);
        modelsPanel = new ModelsPanel(models, choosers);
        layerMapPanel = new LayerMapPanel(
                new LayerMapViewModel(actions, threads, notices, current), () -> shown.set(Panel.MODELS));
        promptPanel = new PromptPanel(prompt, () -> shown.set(Panel.MODELS));
        kvError = new KvErrorViewModel(actions, threads, notices, current);
        kvErrorPanel = new KvErrorPanel(kvError, choosers, () -> shown.set(Panel.MODELS));
        training = new TrainingViewModel(actions, threads, notices, current);
        trainingPanel = new TrainingPanel(training, choosers, () -> shown.set(Panel.MODELS));
        tasks = new TasksViewModel(actions, threads, notices, current);
        tasksPanel = new TasksPanel(tasks, choosers, this::showRuns, () -> shown.set(Panel.MODELS));
        runs = new RunsViewModel(actions, threads, notices, current);
        runsPanel = new RunsPanel(runs, choosers, () -> shown.set(Panel.MODELS), () -> shown.set(Panel.TASKS));
        pareto = new ParetoViewModel(actions, threads, notices, current, this::showRuns);
        paretoPanel = new ParetoPanel(pareto, choosers);
        breakEvenPanel = new BreakEvenPanel(
                new BreakEvenViewModel(actions, threads, notices, current), choosers, () -> shown.set(Panel.MODELS));
        current.setOnCalibrated(() -> {
            // Who edits the layer map calibrates to see the prices of its links, who trains or times to have a start.
            if (!Set.of(Panel.LAYER_MAP, Panel.TRAIN, Panel.BREAK_EVEN).contains(shown.get())) {
                shown.set(Panel.PROMPT);
                prompt.tryOut();
            }
        });
        panels.getChildren()
                .setAll(
                        modelsPanel,
                        layerMapPanel,
                        promptPanel,
                        kvErrorPanel,
                        trainingPanel,
                        tasksPanel,
                        paretoPanel,
                        runsPanel,
                        breakEvenPanel);
        // a panel that can't be seen doesn't widen the window
        panels.getChildren().forEach(panel -> panel.managedProperty().bind(panel.visibleProperty()));
        VBox.setVgrow(panels, Priority.ALWAYS);
        root.setTop(new SetupBar(current, choosers, () -> shown.set(Panel.MODELS)));
        root.setLeft(new Rail(shown, theme));
        root.setCenter(new VBox(new NoticeBar(notices), panels));
        root.setBottom(new StatusBar(actions));
        Keys.reachTheShown(panels, root);
        root.setOnDragOver(this::dragOver);
        root.setOnDragExited(e -> root.getStyleClass().remove("drop-target"));
        root.setOnDragDropped(this::dropped);
        shown.addListener((o, old, now) -> showPanel(now));
        showPanel(shown.get());
    }

    /** Shows the window as it was left. */
    void show(Runnable onClosed) {
        Remembered before = Remembered.read(actions.home());
        theme.set(Theme.of(before.theme()));
        Theme.keep(theme);
        Scene scene = new Scene(root, before.width(), before.height());
        scene.getStylesheets().add(MainWindow.class.getResource("foretoken.css").toExternalForm());
        Mnemonics.anyCase(scene);
        shortcut(scene, "Shortcut+O", () -> {
            shown.set(Panel.MODELS);
            modelsPanel.open();
        });
        for (Panel panel : Panel.values()) {
            shortcut(scene, "Shortcut+" + (List.of(Panel.values()).indexOf(panel) + 1), () -> shown.set(panel));
        }
        shortcut(scene, "Shortcut+Enter", () -> {
            shown.set(Panel.PROMPT);
            prompt.run();
        });
        shortcut(scene, "Shortcut+K", current::calibrate);
        shortcut(scene, "Shortcut+L", () -> shown.set(Panel.PROMPT));
        stage.setScene(scene);
        stage.setTitle("Foretoken");
        stage.getIcons().setAll(AppIcon.images());
        stage.setMinWidth(760);
        stage.setMinHeight(520);
        if (isOnAScreen(before)) {
            stage.setX(before.x());
            stage.setY(before.y());
        }
        stage.setMaximized(before.maximised());
        stage.setOnHidden(e -> {
            remember();
            onClosed.run();
        });
        modelsPanel.setDividerPositions(before.modelsDivider());
        promptPanel.setDividerPositions(before.promptDivider());
        models.start(before.added().stream().map(Path::of).toList());
        Optional<Path> last = before.last();
        if (last.isPresent()) {
            models.open(last.get());
        } else {
            models.openFirst(() -> {
                shown.set(Panel.PROMPT);
                prompt.tryOut();
            });
        }
        stage.show();
        // Styling a panel for the first time takes a while: better now than when something runs.
        promptPanel.applyCss();
    }

    /** Goes to a panel. */
    void show(Panel panel) {
        shown.set(panel);
    }

    CurrentSetup current() {
        return current;
    }

    ModelsViewModel models() {
        return models;
    }

    PromptViewModel prompt() {
        return prompt;
    }

    KvErrorViewModel kvError() {
        return kvError;
    }

    TrainingViewModel training() {
        return training;
    }

    TasksViewModel tasks() {
        return tasks;
    }

    ParetoViewModel pareto() {
        return pareto;
    }

    RunsViewModel runs() {
        return runs;
    }

    /** Goes to the records of these ids: what stands behind a point of a figure. */
    void showRuns(List<String> ids) {
        shown.set(Panel.RUNS);
        runs.show(ids);
    }

    private void showPanel(Panel panel) {
        modelsPanel.setVisible(panel == Panel.MODELS);
        layerMapPanel.setVisible(panel == Panel.LAYER_MAP);
        promptPanel.setVisible(panel == Panel.PROMPT);
        kvErrorPanel.setVisible(panel == Panel.KV_ERROR);
        trainingPanel.setVisible(panel == Panel.TRAIN);
        tasksPanel.setVisible(panel == Panel.TASKS);
        paretoPanel.setVisible(panel == Panel.PARETO);
        runsPanel.setVisible(panel == Panel.RUNS);
        breakEvenPanel.setVisible(panel == Panel.BREAK_EVEN);
        if (panel == Panel.RUNS) {
            runs.refresh();
        }
    }

    private void remember() {
        boolean maximised = stage.isMaximized();
        Remembered before = Remembered.read(actions.home());
        new Remembered(
                        maximised ? before.x() : stage.getX(),
                        maximised ? before.y() : stage.getY(),
                        maximised ? before.width() : stage.getScene().getWidth(),
                        maximised ? before.height() : stage.getScene().getHeight(),
                        maximised,
                        modelsPanel.getDividerPositions()[0],
                        promptPanel.getDividerPositions()[0],
                        theme.get().name(),
                        models.added().stream().map(Path::toString).toList(),
                        current.basePath().map(Path::toString).orElse(null),
                        current.setupProperty()
                                .get()
                                .map(s -> s.folder().toString())
                                .orElse(null))
                .write(actions.home());
    }

    private static boolean isOnAScreen(Remembered before) {
        return Screen.getScreens().stream()
                .map(Screen::getVisualBounds)
                .anyMatch(s -> s.intersects(
                        new Rectangle2D(Double.isNaN(before.x()) ? Double.MAX_VALUE : before.x(), before.y(), 64, 64)));
    }

    private void dragOver(DragEvent event) {
        if (event.getDragboard().hasFiles()) {
            event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
            if (!root.getStyleClass().contains("drop-target")) {
                root.getStyleClass().add("drop-target");
            }
        }
        event.consume();
    }

    private void dropped(DragEvent event) {
        List<File> files = event.getDragboard().getFiles();
        if (!files.isEmpty()) {
            shown.set(Panel.MODELS);
            models.open(files.stream().map(File::toPath).toArray(Path[]::new));
        }
        event.setDropCompleted(!files.isEmpty());
        event.consume();
    }

    private static void shortcut(Scene scene, String keys, Runnable action) {
        scene.getAccelerators().put(KeyCombination.valueOf(keys), action);
    }
}
