package org.foretoken.ui.layermap;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.SetupSummary;
import org.jspecify.annotations.Nullable;

/** The current setup's layer map as a draft that is edited, undone and saved. Drafts of other setups are kept until the program ends. */
public final class LayerMapViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest opening;
    private final LiveFit fit;
    private final Drafts drafts = new Drafts();
    private final ReadOnlyObjectWrapper<Optional<MapState>> state = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private Set<Integer> selection = Set.of();
    private @Nullable LayerMapSheet sheet;
    private @Nullable DraftHistory history;
    private @Nullable MapDraft preview;
    private boolean saving;

    public LayerMapViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        this.opening = new Latest(threads);
        this.fit = new LiveFit(actions, threads, notices, state);
        current.setupProperty().addListener((o, old, now) -> open(now));
        open(current.setupProperty().get());
    }

    /** What is edited; empty while no setup is open. */
    ReadOnlyObjectProperty<Optional<MapState>> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** Why there is nothing to edit although a setup is open: still reading, or what went wrong. */
    ReadOnlyStringProperty messageProperty() {
        return message.getReadOnlyProperty();
    }

    CurrentSetup current() {
        return current;
    }

    /** What the draft's weights are doing. */
    LiveFit fit() {
        return fit;
    }

    private void open(Optional<SetupSummary> setup) {
        boolean same = sheet != null
                && setup.filter(s -> s.folder().equals(sheet().setup().folder()))
                        .isPresent();
        if (!same) {
            opening.forget();
            sheet = null;
            selection = Set.of();
            preview = null;
            saving = false;
            message.set(setup.map(s -> "Reading " + s.name() + "…").orElse(""));
            refresh();
        }
        setup.map(SetupSummary::folder)
                .ifPresent(folder -> opening.ask(() -> actions.openLayerMap(folder), this::opened, failure -> {
                    message.set(notices.sentence(failure));
                    sheet = null;
                    refresh();
                }));
    }

    private void opened(LayerMapSheet renewed) {
        history = drafts.of(renewed, sheet);
        sheet = renewed;
        message.set("");
        refresh();
    }

    private LayerMapSheet sheet() {
        return Objects.requireNonNull(sheet, "no layer map is open");
    }

    private DraftHistory history() {
        return Objects.requireNonNull(history, "no layer map is open");
    }

    private void refresh() {
        if (sheet == null) {
            state.set(Optional.empty());
            return;
        }
        MapDraft draft = history().now();
        state.set(Optional.of(new MapState(
                sheet,
                draft,
                preview != null ? preview : draft,
                Set.copyOf(selection),
                history().canUndo(),
                history().canRedo(),
                saving)));
    }

    private void edit(UnaryOperator<MapDraft> change) {
        if (sheet != null) {
            preview = null;
            history().edit(change.apply(history().now()));
            refresh();
        }
    }

    /** Of those base layers the ones that may be changed by hand. */
    private Set<Integer> free(Collection<Integer> baseLayers) {
        return state.get()
                .map(now ->
                        baseLayers.stream().filter(layer -> !now.isFixed(layer)).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /** Selects base layers in place of the former ones; those that are fixed are left out. */
    void select(Collection<Integer> baseLayers) {
        selection = free(baseLayers);
        refresh();
    }

    /** Adds to the selection, or takes out. */
    void toggle(int baseLayer) {
        Set<Integer> changed = new TreeSet<>(selection);
        if (!changed.remove(baseLayer)) {
            changed.add(baseLayer);
        }
        select(changed);
    }

    /** Selects all base layers. */
    void selectAll() {
        state.get()
                .ifPresent(now -> select(
                        IntStream.range(0, now.sheet().baseLayers()).boxed().toList()));
    }

    /** Feeds base layers from an auxiliary layer. */
    void connect(Collection<Integer> baseLayers, int auxiliaryLayer) {
        edit(draft -> draft.fed(free(baseLayers), auxiliaryLayer));
    }

    /** Feeds each base layer from the auxiliary layer so many below the one it has. */
    void step(Collection<Integer> baseLayers, int layers) {
        edit(draft -> draft.stepped(free(baseLayers), layers, sheet().auxiliaryLayers()));
    }

    /** Shows what connecting them would do, without doing it. */
    void preview(Collection<Integer> baseLayers, int auxiliaryLayer) {
        if (sheet != null) {
            MapDraft next = history().now().fed(free(baseLayers), auxiliaryLayer);
            if (!next.equals(preview)) {
                preview = next;
                refresh();
            }
        }
    }

    void endPreview() {
        if (preview != null) {
            preview = null;
            refresh();
        }
    }

    /** Takes a whole map. */
    void apply(List<Integer> links) {
        edit(draft -> draft.withLinks(links));
    }

    /** Takes a whole map and what its predictor reads. */
    void apply(List<Integer> links, Source source) {
        edit(draft -> new MapDraft(links, source, draft.tail()));
    }

    void setSource(Source source) {
        edit(draft -> new MapDraft(draft.links(), source, draft.tail()));
    }

    void setTail(int tail) {
        edit(draft -> new MapDraft(draft.links(), draft.source(), tail));
    }

    void undo() {
        travel(DraftHistory::undo);
    }

    void redo() {
        travel(DraftHistory::redo);
    }

    private void travel(Consumer<DraftHistory> way) {
        if (sheet != null) {
            preview = null;
            way.accept(history());
            refresh();
        }
    }

    /** Goes back to what is on disk; this can be undone, too. */
    void revert() {
        edit(draft -> MapState.saved(sheet()));
    }

    /** The map as a list. */
    Optional<String> copy() {
        return state.get().map(now -> MapText.write(now.draft().links()));
    }

    /** Takes a map from a list, or says why it can't. */
    void paste(@Nullable String text) {
        if (sheet == null) {
            return;
        }
        try {
            apply(MapText.read(text == null ? "" : text, sheet.baseLayers(), sheet.auxiliaryLayers()));
            notices.dismiss();
        } catch (ForetokenException e) {
            notices.problem(e.sentence());
        }
    }

    /** Writes the draft and its predictor, or says why it can't. */
    void save() {
        Optional<MapState> now = state.get();
        if (now.isEmpty() || saving || !now.get().dirty()) {
            return;
        }
        MapDraft draft = now.get().draft();
        Set<Integer> unknown = now.get().withoutStatistics();
        if (!unknown.isEmpty()) {
            notices.problem(LinkWords.unsaved(unknown, draft.source()));
            return;
        }
        LayerMapSheet edited = now.get().sheet();
        Path folder = edited.setup().folder();
        saving = true;
        refresh();
        threads.follow(
                actions.saveLayerMap(edited, draft.links(), draft.source(), draft.tail()),
                saved -> {
                    if (ended(folder)) {
                        opened(saved);
                        current.use(saved.setup());
                        String with = saved.setup().hasPredictor() ? " with a predictor for it." : ".";
                        notices.done("The layer map is saved" + with);
                    }
                },
                failure -> {
                    if (ended(folder)) {
                        notices.failed(failure);
                    }
                });
    }

    private boolean ended(Path folder) {
        boolean wanted = sheet != null && sheet.setup().folder().equals(folder);
        if (wanted) {
            saving = false;
            refresh();
        }
        return wanted;
    }
}
