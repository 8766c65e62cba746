package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.foretoken.text.corpus.Packing;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.training.TrainingViewModel.Stage;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Train.Aim;
import org.foretoken.workbench.Train.Part;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

class TrainingFormTest extends TrainingFixture {
    @Test
    void saysWhyItCannotStart() {
        assertThat(problem()).contains("Choose a setup");
        SetupSummary uncalibrated = actions.setup(List.of(0, 1), false);
        current.use(FakeModels.smol());
        current.use(uncalibrated);
        threads.settle();
        assertThat(problem()).contains("Calibrate the setup first");
        model.draft().scratch.set(true);
        assertThat(problem()).contains("Add a text");
        model.addTexts(List.of(WIKI));
        assertThat(problem()).isEmpty();
        model.draft().scratch.set(false);
        assertThat(problem()).contains("Calibrate");
        model.draft().part.set(Part.AUXILIARY);
        assertThat(problem()).as("maps are fitted anew").isEmpty();
        model.draft().part.set(Part.PREDICTOR);
        useSetup();
        assertThat(problem()).isEmpty();
        TextRow row = model.draft().texts.get(0);
        row.templateProperty().set("Question:");
        assertThat(problem()).contains("The template of wiki.txt names no field");
        row.templateProperty().set("triviaqa");
        assertThat(problem()).isEmpty();
        model.draft().kvWeight.set("much");
        assertThat(problem()).contains("no number");
        model.draft().kvWeight.set("");
        model.draft().out.set(setup.folder().toString());
        threads.settle();
        assertThat(problem()).contains("a folder of its own");
        actions.setups.add(uncalibrated);
        model.draft().out.set(uncalibrated.folder().toString());
        threads.settle();
        assertThat(problem()).contains("There is a setup in");
        model.draft().out.set(home.resolve("elsewhere").toString());
        threads.settle();
        assertThat(problem()).isEmpty();
        current.use(actions.setup(30, true));
        threads.settle();
        assertThat(problem()).contains("predicts nothing");
        model.start();
        assertThat(actions.training.asked).isEmpty();
    }

    @Test
    void asksForWhatTheFormSays() {
        useSetup();
        assertThat(model.draft().out.get()).isEqualTo(out().toString());
        model.addTexts(List.of(WIKI, WIKI, Path.of("/text/questions")));
        TrainingDraft draft = model.draft();
        draft.texts.get(1).templateProperty().set("Q: {question}\\nA: {answer}\\n");
        draft.texts.get(1).weightProperty().set(3);
        draft.aim.set(Aim.PAPER);
        draft.part.set(Part.LOW_RANK);
        draft.rank.set(4);
        draft.tokens.set(1000);
        draft.length.set(128);
        draft.packing.set(Packing.PADDED);
        draft.kvWeight.set("0.25");
        draft.ceWeight.set("2");
        assertThat(draft.steps())
                .as("512 tokens a step, and a part of one is a step")
                .isEqualTo(2);
        model.start();
        actions.training.steps.release(2);
        threads.until(() -> stage() == Stage.DONE);
        Train.Request request = actions.training.asked.get(0);
        assertThat(request.setup()).isEqualTo(setup.folder());
        assertThat(request.out()).isEqualTo(out());
        assertThat(request.text())
                .containsExactly(
                        TextPart.of(WIKI), new TextPart(Path.of("/text/questions"), 3, "Q: {question}\nA: {answer}\n"));
        assertThat(request.aim()).isEqualTo(Aim.PAPER);
        assertThat(request.rank()).isEqualTo(4);
        assertThat(request.kvWeight()).isEqualTo(0.25);
        assertThat(request.ceWeight()).isEqualTo(2);
        assertThat(request.settings().steps()).isEqualTo(2);
        assertThat(request.settings().packing()).isEqualTo(Packing.PADDED);

        model.another();
        threads.settle();
        assertThat(stage()).isEqualTo(Stage.FORM);
        assertThat(draft.out.get()).isEqualTo(out() + "-2");
        draft.out.set(out().toString());
        threads.settle();
        assertThat(facts().request()).as("the same settings again").isEqualTo(request);
    }

    @Test
    void beginsWithTheDefaultsOfTheCommandLine() throws ReflectiveOperationException {
        CommandSpec options = CommandSpec.forAnnotatedObject(Class.forName("org.foretoken.cli.TrainingOptions"));
        Option rank = Class.forName("org.foretoken.cli.TrainCommand")
                .getDeclaredField("rank")
                .getAnnotation(Option.class);
        assertThat(rank.defaultValue())
                .isEqualTo(String.valueOf(model.draft().rank.get()));
        TrainingDraft draft = model.draft();
        Map<String, Object> fields = Map.ofEntries(
                Map.entry("--packing", draft.packing.get().label()),
                Map.entry("--tokens", (double) draft.tokens.get()),
                Map.entry("--batch", (double) draft.batch.get()),
                Map.entry("--micro-batch", (double) draft.microBatch.get()),
                Map.entry("--length", (double) draft.length.get()),
                Map.entry("--learning-rate", draft.learningRate.get()),
                Map.entry("--warm-up", (double) draft.warmUp.get()),
                Map.entry("--decay", draft.decay.get()),
                Map.entry("--clip", draft.clip.get()),
                Map.entry("--validate-every", (double) draft.validateEvery.get()),
                Map.entry("--held-out", draft.heldOut.get()),
                Map.entry("--held-out-sequences", (double) draft.heldOutSequences.get()),
                Map.entry("--patience", (double) draft.patience.get()),
                Map.entry("--seed", (double) draft.seed.get()));
        for (OptionSpec option : options.options()) {
            if (option.arity().max() > 0) {
                String given = option.defaultValue();
                Object expected = Character.isLetter(given.charAt(0)) ? given : Double.valueOf(given);
                assertThat(fields).containsEntry(option.longestName(), expected);
            }
        }
    }

    @Test
    void theFxThreadReadsNoFiles() {
        current.use(FakeModels.smol());
        current.use(setup);
        assertThat(model.draft().out.get())
                .as("not before the background has answered")
                .isEmpty();
        threads.settle();
        assertThat(model.draft().out.get()).isNotEmpty();
    }
}
