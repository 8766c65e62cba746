package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.eval.AnswerFile;
import org.foretoken.eval.AnswerHeader;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Questions;
import org.foretoken.eval.Questions.Question;
import org.foretoken.eval.Score;
import org.foretoken.eval.Task;
import org.foretoken.eval.sandbox.Sandbox;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Generator;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.prefill.KeptPrompt;
import org.foretoken.runs.RunRecord;
import org.jspecify.annotations.Nullable;

/** Asks a model, or the arms of a setup, a task's questions and scores the answers. Runs on the engine thread. */
public final class Evaluate {
    private final Workbench workbench;

    public Evaluate(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What to evaluate.
     *
     * @param model a setup's folder, or a model for the base arm alone
     * @param data the task's data file
     * @param arms who answers, at least one
     * @param limit questions at most; 0 for all
     * @param tail prompt tokens that the base reads itself (KV prediction), at least 1; 0 takes the setup's own
     * @param running that answers may be run, and how many; null runs none
     * @param out a folder that keeps a file of answers for each arm for good; null keeps them beside the run records, until all are there
     */
    public record Request(
            Path model,
            Task task,
            Path data,
            List<Arm> arms,
            int limit,
            int tail,
            @Nullable Running running,
            @Nullable Path out) {
        public Request {
            arms = List.copyOf(arms);
        }

        /** One that runs nothing. */
        public Request(Path model, Task task, Path data, List<Arm> arms, int limit, int tail, @Nullable Path out) {
            this(model, task, data, arms, limit, tail, null, out);
        }
    }

    /**
     * Leave to run what a model writes.
     *
     * @param samples answers to each question, at least one
     * @param sampling how they are drawn; every answer has a seed of its own, counted from this one's
     */
    public record Running(int samples, Sampling sampling) {}

    /** Hears every answer, on the engine thread; those that a file held already, too. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An answer.
         *
         * @param number of the question, from 1 on
         * @param questions in all
         */
        void onAnswer(Arm arm, int number, int questions, Answered answer);
    }

    /**
     * One arm's answers.
     *
     * @param header the conditions that they were given under
     * @param answers in the questions' order
     */
    public record ArmResult(Arm arm, AnswerHeader header, List<Answered> answers) {
        public ArmResult {
            answers = List.copyOf(answers);
        }

        /** Whether it was measured: not all is, of every arm. */
        public boolean has(Metric metric) {
            return answers.get(0).scores().containsKey(metric.label());
        }

        /** The mean over the questions of what {@link #has} says is there. */
        public Score score(Metric metric) {
            return Score.of(samples(metric));
        }

        private List<Double> samples(Metric metric) {
            return answers.stream()
                    .map(answer -> Objects.requireNonNull(answer.scores().get(metric.label())))
                    .toList();
        }
    }

    /**
     * What came out.
     *
     * @param model the setup's folder or the model
     * @param arms in the order asked for
     * @param records ids of the arms' run records, in the same order; empty for somebody who keeps the records
     */
    public record Result(Path model, Task task, Path data, List<ArmResult> arms, List<String> records) {
        public Result {
            arms = List.copyOf(arms);
            records = List.copyOf(records);
        }

        /** An arm's score over the base's, where the base was asked and got something right. */
        public Optional<Score> ratio(ArmResult arm, Metric metric) {
            return arms.stream()
                    .filter(each -> each.arm().equals(Arm.BASE))
                    .findFirst()
                    .filter(base -> base.has(metric) && arm.has(metric))
                    .filter(base -> base.score(metric).mean() > 0)
                    .map(base -> Score.ratio(arm.samples(metric), base.samples(metric)));
        }
    }

    /**
     * Asks and scores, and records each arm's answers once all are there. After an interruption the same request goes on where it was.
     *
     * @throws ForetokenException when model, task, data or folder can't be used; before anything is asked, unless the disk fills up
     */
    public Result run(Request request, Listener listener, Progress progress) throws ForetokenException {
        workbench.runs().checkAppends();
        return run(request, listener, true, progress);
    }

    /** As {@link #run}, for somebody who keeps the records, and the answers in the request's folder. */
    Result unrecorded(Request request, Progress progress) throws ForetokenException {
        return run(request, (who, number, questions, answer) -> {}, false, progress);
    }

    private Result run(Request request, Listener listener, boolean records, Progress progress)
            throws ForetokenException {
        Task task = request.task();
        if (request.arms().isEmpty()) {
            throw new ForetokenException("Nobody is to answer: choose at least one of base, kv and auxiliary.");
        }
        if (request.tail() > 0 && !task.kind().isAnswered()) {
            throw new ForetokenException("A tail has no place in the task " + task.name()
                    + ", where every position is predicted: leave it out.");
        }
        Sandbox sandbox = task.kind() == Metric.Kind.CODE ? sandbox(request) : null;
        List<Generator> generators = new ArrayList<>();
        for (Arm arm : request.arms()) {
            check(task, arm);
            generators.add(generator(request, arm, progress));
        }
        TextWindows windows = null;
        Questions asked;
        if (task.kind() == Metric.Kind.TEXT) {
            windows = TextWindows.read(request, generators.get(0).tokenizer(), progress);
            asked = windows.questions();
        } else {
            asked = Questions.read(task, request.data(), request.limit(), progress);
        }
        LoadedModels.LoadedSetup setup = setup(request, progress);
        List<Examiner> examiners = new ArrayList<>();
        for (Generator generator : generators) {
            examiners.add(new Examiner(request, generator, setup, windows, sandbox, workbench.threads()));
        }
        Examiner.Prompts prompts = check(request, examiners.get(0), asked.questions(), progress);
        RecordedModels models = RecordedModels.at(request.model());
        RunRecord.Asked conditions = RunRecords.asked(task, request.data(), asked.dataSha256(), request.limit());
        AnswerRecording recording = records ? new AnswerRecording(workbench) : null;
        List<ArmResult> results = new ArrayList<>();
        for (int i = 0; i < examiners.size(); i++) {
            RunRecord.Subject subject = models.subject(request.arms().get(i), request.tail());
            Inquiry inquiry = new Inquiry(
                    task.kind().isAnswered() ? subject : subject.withoutTail(),
                    conditions,
                    sandbox == null ? null : request.running(),
                    sandbox == null ? null : sandbox.pythonVersion(),
                    generators.get(i).decoder().kernel(),
                    workbench.threads());
            long before = (long) i * asked.questions().size();
            long total = (long) examiners.size() * asked.questions().size();
            results.add(ask(
                    request,
                    examiners.get(i),
                    inquiry,
                    asked.questions(),
                    prompts,
                    listener,
                    recording,
                    (what, done, of) -> progress.report(what, before + done, total)));
        }
        workbench.weigh();
        return new Result(
                request.model(), task, request.data(), results, recording == null ? List.of() : recording.done());
    }

    private static Sandbox sandbox(Request request) throws ForetokenException {
        if (request.running() == null) {
            throw new ForetokenException(
                    "The task " + request.task().name() + " runs what a model writes: nobody has given leave to.");
        }
        return Sandbox.open();
    }

    /** Refuses an arm that a task has no question for. */
    static void check(Task task, Arm arm) throws ForetokenException {
        if (!task.kind().isAnswered() && !Arm.OF_A_SETUP.contains(arm)) {
            throw new ForetokenException("The arm " + arm.key() + " has no place in the task " + task.name()
                    + ", which asks for likelihoods: leave it out, or choose a task that asks for an answer.");
        }
    }

    private Generator generator(Request request, Arm arm, Progress progress) throws ForetokenException {
        Generate.Request one = new Generate.Request(
                request.model(),
                arm,
                Prompt.of(""),
                Sampling.GREEDY,
                request.task().maxTokens(),
                request.task().stops(),
                request.tail());
        return new Generate(workbench).generator(one, progress);
    }

    /** Refuses what a model can't read before the first question is asked, not after hours. */
    private static Examiner.Prompts check(
            Request request, Examiner examiner, List<Question> questions, Progress progress) throws ForetokenException {
        Examiner.Prompts prompts = new Examiner.Prompts();
        for (int i = 0; i < questions.size(); i++) {
            progress.report("Reading the questions", i, 0);
            try {
                examiner.check(questions.get(i), prompts);
            } catch (ForetokenException e) {
                throw new ForetokenException(
                        "Question " + questions.get(i).id() + " of " + request.data() + " can't be asked with "
                                + request.task().shots().count() + " shots: " + e.sentence(),
                        e);
            }
        }
        return prompts;
    }

    private LoadedModels.@Nullable LoadedSetup setup(Request request, Progress progress) throws ForetokenException {
        return SetupFile.isIn(request.model()) ? workbench.models().setup(request.model(), progress) : null;
    }

    private ArmResult ask(
            Request request,
            Examiner examiner,
            Inquiry inquiry,
            List<Question> questions,
            Examiner.Prompts prompts,
            Listener listener,
            @Nullable AnswerRecording recording,
            Progress progress)
            throws ForetokenException {
        Arm arm = examiner.arm();
        AnswerHeader header = inquiry.header();
        String what = request.task().name() + ": " + arm.label() + " answers";
        Path out = request.out() == null && recording != null ? recording.underWay(inquiry) : request.out();
        List<Answered> answers = new ArrayList<>();
        boolean asks;
        try (AnswerFile file = out == null
                        ? null
                        : AnswerFile.open(out.resolve(arm.key().replace(':', '-') + ".jsonl"), header, questions);
                KeptPrompt kept = examiner.keep(prompts)) {
            answers.addAll(file == null ? List.of() : file.before());
            asks = answers.size() < questions.size();
            for (int i = 0; i < answers.size(); i++) {
                listener.onAnswer(arm, i + 1, questions.size(), answers.get(i));
            }
            for (int i = answers.size(); i < questions.size(); i++) {
                long done = i;
                Runnable cancelled = () -> progress.report(what, done, questions.size());
                cancelled.run();
                Answered answer = examiner.answer(questions.get(i), i, kept, cancelled);
                if (file != null) {
                    file.add(answer);
                }
                answers.add(answer);
                listener.onAnswer(arm, i + 1, questions.size(), answer);
            }
        }
        if (recording != null) {
            Running running = inquiry.running();
            RunRecord.Answers given =
                    new RunRecord.Answers(inquiry.asked(), answers, running == null ? null : running.sampling());
            recording.record(inquiry.subject(), given, asks);
        }
        return new ArmResult(arm, header, answers);
    }
}
