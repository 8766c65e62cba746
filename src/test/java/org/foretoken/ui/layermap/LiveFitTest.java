package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights that follow edits, on a setup whose auxiliary is the layers 0, 4, 8, …, 28. */
class LiveFitTest extends ViewModelFixture {
    private LayerMapViewModel model;

    @BeforeEach
    void start() {
        model = new LayerMapViewModel(actions, threads.threads(), notices, current);
        open(true);
    }

    private SetupSummary open(boolean calibrated) {
        SetupSummary setup = actions.setup(List.of(0, 4, 8, 12, 16, 20, 24, 28), calibrated);
        actions.setups.add(0, setup);
        current.use(setup);
        threads.settle();
        return setup;
    }

    private String words() {
        return model.fit().wordsProperty().get();
    }

    private List<Integer> links() {
        return model.stateProperty().get().orElseThrow().draft().links();
    }

    private List<Integer> lastFitted() {
        return actions.fittedMaps.get(actions.fittedMaps.size() - 1).links();
    }

    @Test
    void anEditIsFittedAndSaidSo() {
        assertThat(words()).isEmpty();
        model.connect(Set.of(20), 5);
        assertThat(words()).isEqualTo("Fitting…");
        threads.until(() -> !words().equals("Fitting…"));
        assertThat(words()).isEqualTo("1 link fitted, 8.25 ms");
        assertThat(actions.fittedMaps).hasSize(1);
        assertThat(lastFitted()).isEqualTo(links());
        model.undo();
        assertThat(words()).as("that is on disk").isEmpty();
        assertThat(actions.fittedMaps).hasSize(1);
        model.redo();
        threads.until(() -> words().contains("fitted"));
        assertThat(actions.fittedMaps).hasSize(2);
    }

    /** A drag that isn't over, a selection and a tail change no weights. */
    @Test
    void whatChangesNoLinkFitsNothing() {
        model.select(Set.of(10, 11));
        model.preview(Set.of(20), 5);
        model.endPreview();
        model.setTail(32);
        assertThat(actions.fittedMaps).isEmpty();
        model.connect(Set.of(20), 5);
        threads.until(() -> words().contains("fitted"));
        model.setTail(16);
        assertThat(actions.fittedMaps).hasSize(1);
    }

    /** While one fit is under way only the last edit waits. */
    @Test
    void aHeldKeyMakesNoQueue() {
        actions.fitMillis = 20;
        for (int i = 0; i < 50; i++) {
            model.connect(Set.of(20), i % 8);
        }
        model.setSource(Source.KV);
        threads.until(() -> words().contains("fitted"));
        assertThat(actions.fittedMaps).hasSize(2);
        assertThat(lastFitted()).isEqualTo(links());
        assertThat(actions.fittedMaps.get(1).source()).isEqualTo(Source.KV);
    }

    @Test
    void withoutStatisticsThereIsNothingToFit() {
        open(false);
        model.apply(Collections.nCopies(30, 3));
        assertThat(words()).isEmpty();
        assertThat(actions.fittedMaps).isEmpty();
    }

    @Test
    void whatFailsIsSaidAndTheNextEditTriesAgain() {
        actions.failure = Optional.of(new ForetokenException("The statistics are damaged: calibrate again."));
        model.connect(Set.of(20), 5);
        threads.until(() -> !words().equals("Fitting…"));
        assertThat(words()).isEqualTo("The statistics are damaged: calibrate again.");
        actions.failure = Optional.empty();
        model.connect(Set.of(21), 5);
        threads.until(() -> words().contains("fitted"));
    }

    @Test
    void savingEndsIt() {
        model.connect(Set.of(20), 5);
        threads.until(() -> words().contains("fitted"));
        model.save();
        threads.until(() -> !model.stateProperty().get().orElseThrow().dirty());
        assertThat(words()).isEmpty();
    }
}
