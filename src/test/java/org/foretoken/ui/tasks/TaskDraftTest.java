package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.tasks.TasksViewModel.Stage;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;

/** What the form asks for, and what it refuses. */
class TaskDraftTest extends TasksViewModelFixture {
    @Test
    void asksWhatTheFormSays() {
        SetupSummary setup = use(true);
        current.tailProperty().set(3);
        TaskDraft draft = model.draft();
        draft.limit.set(5);
        draft.shots.set(2);
        draft.auxiliary.set(false);
        draft.baselines.set("random:0.5, hybrid:4");
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        assertThat(actions.tasks.asked)
                .containsExactly(new Evaluate.Request(
                        setup.folder(),
                        ShippedTasks.of("quiz").withShots(2),
                        Path.of("/samples/quiz.jsonl"),
                        List.of(Arm.BASE, Arm.KV_PREDICTION, arm("random:0.5"), Arm.hybrid(4)),
                        5,
                        3,
                        null));
        assertThat(evaluation().answers()).isEqualTo(20);
        assertThat(evaluation().records()).containsExactly("a00", "a01", "a02", "a03");
        assertThat(TaskWords.state(evaluation(), Stage.DONE)).isEqualTo("Recorded as a00, a01, a02, a03.");
    }

    private static Arm arm(String key) {
        try {
            return Arm.of(key);
        } catch (ForetokenException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatCantBeAskedIsSaid() {
        assertThat(problem()).isEqualTo("Choose a model or a setup in the bar above.");
        model.ask();
        assertThat(model.evaluationProperty().get()).isEmpty();
        current.use(FakeModels.smol());
        assertThat(problem()).isEmpty();
        TaskDraft draft = model.draft();
        draft.base.set(false);
        assertThat(problem()).as("the others need a setup").isEqualTo("Nobody is to answer: choose an arm.");
        draft.baselines.set("hybrid:4");
        assertThat(problem()).contains("hybrid:4 needs a setup with a fitted predictor");
        draft.baselines.set("random:7");
        assertThat(problem()).contains("'random:7' has a wrong number");
        draft.baselines.set("static:0.5 static:0.5");
        assertThat(problem()).contains("named twice");
        draft.baselines.set("kv");
        assertThat(problem()).contains("has a box of its own");
        draft.baselines.set("static:0.5");
        assertThat(problem()).isEmpty();
        draft.task.set(ShippedTasks.of("hellaswag"));
        assertThat(problem()).isEqualTo("The task hellaswag needs a data file: choose it.");
        draft.data.set(Optional.of(home.resolve("hellaswag.jsonl")));
        assertThat(problem()).contains("which asks for likelihoods");
        draft.task.set(ShippedTasks.of("perplexity"));
        assertThat(problem()).isEqualTo("The task perplexity needs a text: choose it.");
        draft.task.set(ShippedTasks.of("hellaswag"));
        assertThat(draft.data.get()).as("each task keeps its data").contains(home.resolve("hellaswag.jsonl"));
    }

    @Test
    void programsAreRunWithLeaveOnly() {
        SetupSummary setup = use(true);
        TaskDraft draft = model.draft();
        draft.task.set(ShippedTasks.of("humaneval"));
        draft.data.set(Optional.of(Path.of("/data/HumanEval.jsonl.gz")));
        assertThat(problem()).isEqualTo("The task humaneval runs what a model writes: give leave below.");
        draft.runCode.set(true);
        assertThat(problem()).isEmpty();
        assertThat(draft.request(setup.folder(), Optional.of(setup), 1).running())
                .isEqualTo(new Evaluate.Running(1, Sampling.GREEDY));
        draft.task.set(ShippedTasks.of("quiz"));
        assertThat(draft.request(setup.folder(), Optional.of(setup), 1).running())
                .isNull();
    }

    @Test
    void aTaskOfTheUsersIsOffered() throws Exception {
        Path file = home.resolve("mine.json");
        Files.writeString(file, """
                {"format": 1, "name": "mine", "version": 3, "licence": "mine", "fields": {"q": ["q"], "answers": ["a"]},
                 "template": "{q}", "shots": {"count": 0}, "stops": [], "max_tokens": 5, "metrics": ["official_f1"]}
                """);
        model.readTask(file);
        model.readTask(file);
        threads.settle();
        assertThat(model.draft().task.get().name()).isEqualTo("mine");
        assertThat(model.tasks()).hasSize(Task.NAMES.size() + 1);
        assertThat(TaskWords.how(model.draft().task.get())).isEqualTo("Answers of up to 5 tokens; official f1.");
        Files.writeString(file, "{}");
        model.readTask(file);
        threads.settle();
        assertThat(notice()).contains("mine.json");
        assertThat(model.draft().task.get().name()).isEqualTo("mine");
    }
}
