package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.shell.Notices.Kind;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A setup of 30 base layers and the auxiliary layers 0, 4, 8, …, 28, of which the first is shared. */
class LayerMapViewModelTest extends ViewModelFixture {
    private static final List<Integer> EVERY_FOURTH = List.of(0, 4, 8, 12, 16, 20, 24, 28);

    private LayerMapViewModel model;
    private SetupSummary setup;

    @BeforeEach
    void start() {
        model = new LayerMapViewModel(actions, threads.threads(), notices, current);
        setup = actions.setup(EVERY_FOURTH, true);
        actions.setups.add(setup);
        current.use(setup);
        assertThat(model.stateProperty().get()).isEmpty();
        assertThat(model.messageProperty().get()).startsWith("Reading");
        threads.settle();
    }

    private MapState state() {
        return model.stateProperty().get().orElseThrow();
    }

    private List<Integer> links() {
        return state().draft().links();
    }

    @Test
    void manyRandomEditsAreUndoneAndRedoneOneByOne() {
        Random random = new Random(1);
        List<MapDraft> past = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            MapDraft before = state().draft();
            int base = 1 + random.nextInt(28);
            switch (i % 4) {
                case 0 -> model.connect(Set.of(base, 29), random.nextInt(8));
                case 1 -> model.step(Set.of(base), random.nextBoolean() ? 1 : -1);
                case 2 -> model.setTail(1 + random.nextInt(32));
                default -> model.setSource(random.nextBoolean() ? Source.KV : Source.HIDDEN);
            }
            if (!state().draft().equals(before)) {
                past.add(before);
            }
        }
        MapDraft last = state().draft();
        assertThat(past).hasSizeGreaterThan(300);
        Collections.reverse(past);
        for (MapDraft before : past) {
            model.undo();
            assertThat(state().draft()).isEqualTo(before);
        }
        assertThat(state().canUndo()).isFalse();
        assertThat(state().dirty()).isFalse();
        past.forEach(before -> model.redo());
        assertThat(state().draft()).isEqualTo(last);
        assertThat(state().canRedo()).isFalse();
    }

    @Test
    void anEditAfterUndoEndsWhatCouldBeRedone() {
        model.connect(Set.of(9), 3);
        model.undo();
        model.connect(Set.of(10), 4);
        assertThat(state().canRedo()).isFalse();
        model.redo();
        assertThat(links().get(10)).isEqualTo(4);
    }

    @Test
    void sharedLinksStay() {
        model.select(Set.of(0, 1, 2));
        assertThat(state().selection()).containsExactlyInAnyOrder(1, 2);
        model.connect(Set.of(0, 1), 5);
        model.step(Set.of(0, 1), 1);
        assertThat(links().subList(0, 2)).containsExactly(0, 6);
        assertThat(state().isShared(0)).isTrue();
    }

    @Test
    void stepsEndAtTheFirstAndLastAuxiliaryLayer() {
        model.step(Set.of(5), -30);
        assertThat(links().get(5)).isZero();
        model.step(Set.of(5), 30);
        assertThat(links().get(5)).isEqualTo(7);
    }

    @Test
    void totalsAreTheMeansOfTheMatrices() {
        LinkPrices prices = state().prices().orElseThrow();
        double keys = 0;
        double values = 0;
        for (int b = 0; b < 30; b++) {
            keys += prices.keys().get(b).get(links().get(b)) / 30;
            values += prices.values().get(b).get(links().get(b)) / 30;
        }
        MapTotals totals = state().totals();
        assertThat(totals.keys()).isCloseTo(keys, within(1e-12));
        assertThat(totals.values()).isCloseTo(values, within(1e-12));
        assertThat(totals.unpriced()).isZero();
    }

    @Test
    void aPreviewChangesTheTotalsAndNotTheDraft() {
        double before = state().totals().keys();
        model.preview(Set.of(20), 5);
        assertThat(state().totals().keys()).isLessThan(before);
        assertThat(state().dirty()).isFalse();
        model.endPreview();
        assertThat(state().totals().keys()).isEqualTo(before);
        model.apply(Collections.nCopies(30, 0));
        assertThat(state().totals().cost().skippedLayers()).isEqualTo(7);
        assertThat(state().totals().cost().flopsGain()).isGreaterThan(setup.flopsGain());
    }

    @Test
    void nextBestIsTheCheapestOther() {
        LinkPrices prices = state().prices().orElseThrow();
        for (int b = 0; b < 30; b++) {
            int next = state().nextBest(b).orElseThrow();
            assertThat(next).isNotEqualTo(links().get(b));
            for (int a = 0; a < 8; a++) {
                if (a != links().get(b)) {
                    assertThat(prices.price(b, next)).isLessThanOrEqualTo(prices.price(b, a));
                }
            }
        }
    }

    @Test
    void savingWritesTheDraftAndKeepsTheWayBack() {
        model.connect(Set.of(20), 5);
        model.setSource(Source.KV);
        model.setTail(16);
        model.save();
        assertThat(state().saving()).isTrue();
        model.save();
        threads.until(() -> !state().dirty());
        assertThat(actions.savedMaps).containsExactly(new FakeActions.SavedMap(setup.folder(), links(), Source.KV, 16));
        assertThat(notices.currentProperty().get().orElseThrow().kind()).isEqualTo(Kind.DONE);
        assertThat(current.tailProperty().get()).isEqualTo(16);
        model.undo();
        model.undo();
        model.undo();
        assertThat(links()).isEqualTo(setup.layerMap());
        assertThat(state().dirty()).as("now disk is ahead").isTrue();
    }

    @Test
    void aLinkWithoutStatisticsIsNamedAndNotSaved() {
        DecoderConfig base = FakeModels.smol().config();
        List<List<Double>> errors = Collections.nCopies(30, List.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, Double.NaN));
        LinkPrices prices = new LinkPrices(Source.HIDDEN, 7168, 1024, 0.01, errors, errors);
        actions.layerMaps.put(
                setup.folder(),
                new LayerMapSheet(setup, base, base.select(EVERY_FOURTH), Map.of(Source.HIDDEN, prices)));
        current.use(FakeModels.elm());
        current.use(setup);
        threads.settle();
        model.apply(Collections.nCopies(30, 1));
        model.connect(Set.of(20, 21, 22), 7);
        assertThat(state().totals().keys()).isNaN();
        assertThat(state().totals().unpriced()).isEqualTo(3);
        model.save();
        assertThat(actions.savedMaps).isEmpty();
        assertThat(notice()).contains("base layers 20–22").contains("hidden");
    }

    @Test
    void whatFailsIsSaidAndTheDraftStays() {
        actions.failure = Optional.of(new ForetokenException("The disk is full."));
        model.connect(Set.of(20), 5);
        model.save();
        threads.until(() -> !state().saving());
        assertThat(notice()).isEqualTo("The disk is full.");
        assertThat(links().get(20)).isEqualTo(5);
    }

    @Test
    void draftsOfOtherSetupsAreKept() {
        model.connect(Set.of(20), 5);
        SetupSummary other = actions.setup(List.of(0, 1, 2), true);
        actions.setups.add(other);
        current.use(other);
        threads.settle();
        assertThat(links()).isEqualTo(other.layerMap());
        current.use(setup);
        threads.settle();
        assertThat(links().get(20)).isEqualTo(5);
        assertThat(state().canUndo()).isTrue();
    }

    @Test
    void calibratingKeepsTheDraftAndBringsPrices() {
        SetupSummary bare = actions.setup(List.of(0, 1, 2, 3), false);
        actions.setups.add(bare);
        current.use(bare);
        threads.settle();
        assertThat(state().prices()).isEmpty();
        model.connect(Set.of(20), 1);
        current.calibrate();
        threads.until(() -> state().prices().isPresent());
        assertThat(links().get(20)).isEqualTo(1);
        assertThat(state().totals().keys()).isPositive();
    }

    @Test
    void calibratingAgainBringsNewPrices() {
        LayerMapSheet before = state().sheet();
        current.calibrate();
        threads.until(() -> state().sheet() != before);
        assertThat(state().sheet().setup().folder()).isEqualTo(setup.folder());
    }

    @Test
    void whatCannotBeOpenedIsSaid() {
        SetupSummary gone = actions.setup(List.of(0, 1), true);
        current.use(gone);
        threads.settle();
        assertThat(model.stateProperty().get()).isEmpty();
        assertThat(model.messageProperty().get()).startsWith("There is no setup in");
    }

    @Test
    void withoutASetupThereIsNothing() {
        current.use(FakeModels.elm());
        threads.settle();
        assertThat(model.stateProperty().get()).isEmpty();
        model.undo();
        model.paste("[1]");
        model.save();
        assertThat(model.copy()).isEmpty();
        assertThat(actions.savedMaps).isEmpty();
    }
}
