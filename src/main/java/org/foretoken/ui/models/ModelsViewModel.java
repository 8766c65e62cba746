package org.foretoken.ui.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.foretoken.job.Job;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.ui.shell.SetupWords;
import org.foretoken.workbench.FindModels.Found;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.SetupSummary;

/** The models on this machine and the user's setups, which one is looked at, and what can be made of it. */
public final class ModelsViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest lookups;
    private final Latest listings;
    private final Latest pairs;
    private final Latest again;
    private final List<Path> added = new ArrayList<>();
    private final ObservableList<Found> models = FXCollections.observableArrayList();
    private final ObservableList<SetupSummary> setups = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Shown> shown = new ReadOnlyObjectWrapper<>(new Shown.Nothing());
    private final ReadOnlyObjectWrapper<List<String>> pairProblems = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Boolean> making = new ReadOnlyObjectWrapper<>(false);
    private final ReadOnlyObjectWrapper<Optional<Job<SetupSummary>>> ranking =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final LayerChoice layers = new LayerChoice();

    public ModelsViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        lookups = new Latest(threads);
        listings = new Latest(threads);
        pairs = new Latest(threads);
        again = new Latest(threads);
        current.baseProperty().addListener((o, old, now) -> checkPair());
        current.setupProperty().addListener((o, old, now) -> {
            refresh();
            lookAgain();
        });
    }

    /** All that were found, in the order of the workbench. */
    public ObservableList<Found> models() {
        return models;
    }

    /** The user's setups, most recent first. */
    public ObservableList<SetupSummary> setups() {
        return setups;
    }

    /** Models that the user opened or dropped in, to be remembered. */
    public List<Path> added() {
        return List.copyOf(added);
    }

    ReadOnlyObjectProperty<Shown> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** Why the model looked at can't be the auxiliary of the current base, each a sentence; empty when it can. */
    ReadOnlyObjectProperty<List<String>> pairProblemsProperty() {
        return pairProblems.getReadOnlyProperty();
    }

    /** Whether a setup is being made. */
    ReadOnlyObjectProperty<Boolean> makingProperty() {
        return making.getReadOnlyProperty();
    }

    /** The job that finds out which layers matter, while it runs: it takes its time. */
    ReadOnlyObjectProperty<Optional<Job<SetupSummary>>> rankingProperty() {
        return ranking.getReadOnlyProperty();
    }

    /** Which layers an auxiliary made of this model keeps. */
    LayerChoice layers() {
        return layers;
    }

    CurrentSetup current() {
        return current;
    }

    /** Starts with the models that were added in former sessions. */
    public void start(List<Path> addedBefore) {
        added.addAll(addedBefore);
        refresh();
    }

    /**
     * Opens the setup that comes with the program, if there is one.
     *
     * @param opened once it is the current one
     */
    public void openFirst(Runnable opened) {
        lookups.ask(
                () -> {
                    Optional<SetupSummary> setup = actions.firstSetup();
                    return setup.isEmpty()
                            ? Optional.<First>empty()
                            : Optional.of(new First(
                                    setup.get(), actions.inspect(setup.get().base())));
                },
                found -> found.ifPresent(first -> {
                    current.use(first.base());
                    opened(new Shown.Setup(first.setup()));
                    opened.run();
                }),
                notices::failed);
    }

    private record First(SetupSummary setup, ModelSummary base) {}

    /** Lists models and setups anew. */
    public void refresh() {
        List<Path> places = added();
        listings.ask(
                () -> new Listing(actions.findModels(places), actions.setups()),
                listing -> {
                    models.setAll(listing.models());
                    setups.setAll(listing.setups());
                },
                notices::failed);
    }

    private record Listing(List<Found> models, List<SetupSummary> setups) {}

    /** Opens what the user points at: a GGUF file, a model's folder or a file in it, or a setup's folder; of several all. The first model ever becomes the base. */
    public void open(Path... paths) {
        notices.dismiss();
        lookups.askInTurn(
                Stream.of(paths)
                        .<Callable<Shown>>map(path -> () -> Shown.at(path, actions))
                        .toList(),
                this::opened,
                notices::failed);
    }

    private void opened(Shown opened) {
        if (opened instanceof Shown.Setup setup) {
            current.use(setup.summary());
            shown.set(setup);
        } else if (opened instanceof Shown.Model model) {
            ModelSummary summary = model.summary();
            boolean known = models.stream().anyMatch(found -> found.path().equals(summary.path()));
            if (!known && !added.contains(summary.path())) {
                added.add(summary.path());
            }
            if (current.baseProperty().get().isEmpty()) {
                current.use(summary);
            }
            show(summary);
        }
        refresh();
    }

    /** Looks at a model of the list. */
    public void look(Found found) {
        if (shown.get() instanceof Shown.Model model && model.summary().path().equals(found.path())) {
            return;
        }
        shown.set(new Shown.Reading(found.name()));
        lookups.ask(
                () -> actions.inspect(found.path()),
                this::show,
                failure -> shown.set(new Shown.Broken(found.name(), notices.sentence(failure))));
    }

    /** What a model needs is known better once the engine has run. */
    private void lookAgain() {
        shownModel()
                .ifPresent(model -> again.ask(
                        () -> actions.inspect(model.path()),
                        now -> {
                            if (shownModel().equals(Optional.of(model))) {
                                shown.set(new Shown.Model(now));
                            }
                        },
                        notices::failed));
    }

    /** Looks at a setup of the list. */
    public void look(SetupSummary setup) {
        lookups.forget();
        shown.set(new Shown.Setup(setup));
    }

    private void show(ModelSummary model) {
        layers.startFor(model.config().layers().size());
        shown.set(new Shown.Model(model));
        checkPair();
    }

    private Optional<ModelSummary> shownModel() {
        return shown.get() instanceof Shown.Model model ? Optional.of(model.summary()) : Optional.empty();
    }

    private void checkPair() {
        Optional<ModelSummary> model = shownModel();
        Optional<Path> base = current.basePath();
        pairProblems.set(List.of());
        if (model.isPresent() && base.isPresent() && !isBase()) {
            Path auxiliary = model.get().path();
            pairs.ask(
                    () -> actions.checkPair(base.get(), auxiliary),
                    pairProblems::set,
                    failure -> pairProblems.set(List.of(notices.sentence(failure))));
        } else {
            pairs.forget();
        }
    }

    /** Whether the model looked at is the current base. */
    boolean isBase() {
        return shownModel().map(ModelSummary::path).equals(current.basePath())
                && shownModel().isPresent();
    }

    /** Makes the model looked at the base. */
    void useAsBase() {
        shownModel().ifPresent(current::use);
    }

    /** Makes a setup of the current base and the model looked at. */
    void useAsAuxiliary() {
        Optional<ModelSummary> base = current.baseProperty().get();
        if (base.isPresent() && shownModel().isPresent()) {
            ModelSummary auxiliary = shownModel().get();
            make(actions.pair(base.get().path(), auxiliary.path(), base.get().name() + "-by-" + auxiliary.name()));
        }
    }

    /** Makes a setup of the model looked at, its auxiliary the layers chosen of itself. */
    void prune() {
        LayerChoice.Outcome choice = layers.outcomeProperty().getValue();
        shownModel().filter(m -> choice.good()).ifPresent(model -> {
            if (choice.important() > 0) {
                String name = model.name() + "-important-" + choice.important() + "-layers";
                Job<SetupSummary> job = actions.pruneByImportance(
                        model.path(), choice.important(), layers.textProperty().get(), name);
                ranking.set(Optional.of(job));
                make(job);
            } else {
                String name = model.name() + "-" + SetupWords.layers(choice.layers());
                make(actions.prune(model.path(), new PruneLayers.Keep(choice.layers()), name));
            }
        });
    }

    private void make(Job<SetupSummary> job) {
        making.set(true);
        notices.dismiss();
        threads.follow(
                job,
                setup -> {
                    made();
                    current.use(setup);
                    notices.done(
                            setup.hasPredictor()
                                    ? "The setup is ready to answer prompts."
                                    : "The setup is made. Calibrate it, and it answers from a predicted cache.");
                },
                failure -> {
                    made();
                    notices.failed(failure);
                });
    }

    private void made() {
        making.set(false);
        ranking.set(Optional.empty());
    }
}
