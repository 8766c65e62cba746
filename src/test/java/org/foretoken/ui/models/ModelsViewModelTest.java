package org.foretoken.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.models.LayerChoice.Way;
import org.foretoken.workbench.FindModels.Found;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelsViewModelTest extends ViewModelFixture {
    private ModelsViewModel models;

    @BeforeEach
    void start() {
        models = new ModelsViewModel(actions, threads.threads(), notices, current);
        models.start(List.of());
        threads.settle();
    }

    @Test
    void theFirstModelThatIsOpenedBecomesTheBase() {
        models.open(FakeModels.SMOL);
        threads.settle();
        assertThat(current.basePath()).contains(FakeModels.SMOL);
        assertThat(models.isBase()).isTrue();
        assertThat(models.added()).containsExactly(FakeModels.SMOL);
        assertThat(models.models()).extracting(Found::path).contains(FakeModels.SMOL);
        models.open(FakeModels.ELM);
        threads.settle();
        assertThat(current.basePath()).contains(FakeModels.SMOL);
    }

    @Test
    void aFileInAModelFolderMeansTheFolder() {
        models.open(FakeModels.ELM.resolve("config.json"));
        threads.settle();
        assertThat(current.basePath()).contains(FakeModels.ELM);
        assertThat(models.added()).as("was found anyway").isEmpty();
    }

    @Test
    void filesDroppedTogetherAreAllOpened() {
        models.open(FakeModels.SMOL, Path.of("/models/recipe.txt"), FakeModels.ELM);
        threads.settle();
        assertThat(current.basePath()).as("the first").contains(FakeModels.SMOL);
        assertThat(models.added()).containsExactly(FakeModels.SMOL);
        assertThat(notice()).contains("/models/recipe.txt is no model");
        assertThat(models.shownProperty().get())
                .as("the last")
                .isInstanceOfSatisfying(
                        Shown.Model.class,
                        model -> assertThat(model.summary().path()).isEqualTo(FakeModels.ELM));
    }

    @Test
    void whatIsNoModelIsSaidInASentence() {
        models.open(Path.of("/models/recipe.txt"));
        threads.settle();
        assertThat(notice()).contains("/models/recipe.txt is no model");
        models.look(new Found("recipe", Path.of("/models/recipe.txt"), "added"));
        threads.settle();
        assertThat(models.shownProperty().get())
                .isInstanceOfSatisfying(
                        Shown.Broken.class,
                        broken -> assertThat(broken.sentence()).contains("config.json is missing"));
    }

    @Test
    void earlyLayersMakeTheCurrentSetup() {
        models.open(FakeModels.SMOL);
        threads.settle();
        models.prune();
        threads.until(() -> current.setupProperty().get().isPresent());
        SetupSummary setup = current.setupProperty().get().orElseThrow();
        assertThat(setup.selectLayers().orElseThrow()).hasSize(15).startsWith(0).endsWith(14);
        assertThat(models.makingProperty().get()).isFalse();
        threads.settle();
        assertThat(models.setups()).contains(setup);
    }

    @Test
    void whatTheModelNeedsIsKnownBetterOnceTheEngineHasRun() {
        actions.kernelChosen = false;
        models.open(FakeModels.SMOL);
        threads.settle();
        assertThat(memory())
                .endsWith(
                        "375 MB of weights (bf16; up to twice as much if f32 turns out to be faster here) and 23.0 MB of cache for every 1,000 tokens");
        actions.kernelChosen = true;
        models.prune();
        threads.until(() -> current.setupProperty().get().isPresent());
        threads.settle();
        assertThat(memory()).isEqualTo("375 MB of weights (bf16) and 23.0 MB of cache for every 1,000 tokens");
    }

    private String memory() {
        assertThat(models.shownProperty().get()).isInstanceOf(Shown.Model.class);
        return ModelFacts.of(((Shown.Model) models.shownProperty().get()).summary()).stream()
                .filter(fact -> fact.name().equals("Memory it needs"))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void theImportantLayersMakeTheCurrentSetup() {
        models.open(FakeModels.SMOL);
        threads.settle();
        models.layers().wayProperty().set(Way.IMPORTANCE);
        models.layers().importantProperty().set(20);
        models.layers().textProperty().set(Optional.of(Path.of("/text/wiki.txt")));
        models.prune();
        assertThat(models.rankingProperty().get()).isPresent();
        threads.until(() -> current.setupProperty().get().isPresent());
        assertThat(current.setupProperty().get().orElseThrow().selectLayers().orElseThrow())
                .hasSize(20);
        assertThat(actions.rankedTexts).containsExactly(Optional.of(Path.of("/text/wiki.txt")));
        assertThat(models.rankingProperty().get()).isEmpty();
        assertThat(models.makingProperty().get()).isFalse();
    }

    @Test
    void rankingIsStopped() {
        actions.calibrationStepMillis = 20;
        models.open(FakeModels.SMOL);
        threads.settle();
        models.layers().wayProperty().set(Way.IMPORTANCE);
        models.prune();
        models.rankingProperty().get().orElseThrow().cancel();
        threads.until(() -> !models.makingProperty().get());
        assertThat(models.rankingProperty().get()).isEmpty();
        assertThat(current.setupProperty().get()).isEmpty();
        assertThat(notices.currentProperty().get()).isEmpty();
    }

    @Test
    void aPairThatCannotWorkSaysWhy() {
        models.open(FakeModels.SMOL);
        threads.settle();
        models.open(FakeModels.ELM);
        threads.settle();
        assertThat(models.pairProblemsProperty().get())
                .hasSize(1)
                .first()
                .asString()
                .contains("tokenizers differ");
        models.useAsBase();
        threads.settle();
        assertThat(models.pairProblemsProperty().get())
                .as("no pair with itself")
                .isEmpty();
    }

    @Test
    void aPairThatFailsIsSaid() {
        models.open(FakeModels.SMOL);
        threads.settle();
        models.open(FakeModels.ELM);
        threads.settle();
        models.useAsAuxiliary();
        threads.until(() -> !models.makingProperty().get());
        assertThat(notice()).isEqualTo("The pair can't work.");
    }

    @Test
    void onlyTheModelLookedAtLastIsShown() {
        models.look(new Found("OpenELM-270M", FakeModels.ELM, ""));
        models.look(new Found("SmolLM2", FakeModels.SMOL, ""));
        Runnable first = threads.question();
        threads.question().run();
        first.run();
        threads.settle();
        assertThat(models.shownProperty().get())
                .isInstanceOfSatisfying(
                        Shown.Model.class,
                        model -> assertThat(model.summary().path()).isEqualTo(FakeModels.SMOL));
    }

    @Test
    void aSetupFolderIsOpenedWithItsBase() throws Exception {
        SetupSummary setup = actions.setup(List.of(0, 1, 2), true);
        actions.setups.add(setup);
        Files.createDirectories(setup.folder());
        Files.createFile(setup.folder().resolve("setup.json"));
        models.open(setup.folder());
        threads.settle();
        assertThat(current.setupProperty().get()).contains(setup);
        assertThat(current.baseProperty().get().map(ModelSummary::path)).contains(setup.base());
        assertThat(models.shownProperty().get()).isInstanceOf(Shown.Setup.class);
    }
}
