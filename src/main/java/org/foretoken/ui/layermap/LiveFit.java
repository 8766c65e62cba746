package org.foretoken.ui.layermap;

import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.EditLayerMap.Fit;
import org.foretoken.workbench.LayerMapSheet;

/**
 * Has the maps of the draft fitted after every edit, on the engine thread, and says how far that is. While one fit is under way only the last of further
 * edits is kept, so a held key never makes a queue.
 */
final class LiveFit {
    private record Wanted(LayerMapSheet sheet, List<Integer> links, Source source) {
        /** The draft, where it differs from what is on disk in more than the tail and all of it can be fitted. */
        static Optional<Wanted> of(MapState state) {
            MapDraft draft = state.draft();
            boolean same = draft.links().equals(state.saved().links())
                    && draft.source() == state.saved().source();
            boolean known = state.sheet().prices(draft.source()).isPresent()
                    && state.withoutStatistics().isEmpty();
            return same || !known
                    ? Optional.empty()
                    : Optional.of(new Wanted(state.sheet(), draft.links(), draft.source()));
        }
    }

    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final ReadOnlyStringWrapper words = new ReadOnlyStringWrapper("");
    private Optional<Wanted> wanted = Optional.empty();
    private boolean fitting;

    LiveFit(Actions actions, UiThreads threads, Notices notices, ObservableValue<Optional<MapState>> state) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        state.addListener((o, old, now) -> follow(now));
    }

    /** Whether the draft's weights are fitted; empty where they are those on disk. */
    ReadOnlyStringProperty wordsProperty() {
        return words.getReadOnlyProperty();
    }

    private void follow(Optional<MapState> state) {
        Optional<Wanted> next = state.flatMap(Wanted::of);
        if (next.equals(wanted)) {
            return;
        }
        wanted = next;
        if (next.isEmpty()) {
            words.set("");
        } else if (!fitting) {
            fit(next.get());
        }
    }

    private void fit(Wanted now) {
        fitting = true;
        words.set("Fitting…");
        threads.follow(
                actions.fitLayerMap(now.sheet(), now.links(), now.source()),
                fit -> ended(now, words(fit)),
                failure -> ended(now, notices.sentence(failure)));
    }

    private void ended(Wanted done, String outcome) {
        fitting = false;
        if (wanted.filter(done::equals).isPresent()) {
            words.set(outcome);
        } else {
            wanted.ifPresent(this::fit);
        }
    }

    private static String words(Fit fit) {
        String what = fit.fitted() == 0 ? "Fitted before" : Numbers.count(fit.fitted(), "link") + " fitted";
        return what + ", " + Numbers.millis(fit.milliseconds());
    }
}
