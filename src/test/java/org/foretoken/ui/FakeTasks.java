package org.foretoken.ui;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.workbench.Evaluate;

/** Evaluations that keep their answers in memory where the real ones keep them on disk. An answer is given when the test lets it. */
public final class FakeTasks {
    /** Questions of any task, unless fewer are asked for. */
    public static final int QUESTIONS = 40;

    /** What was asked for, in order. */
    public final List<Evaluate.Request> asked = Collections.synchronizedList(new ArrayList<>());
    /** Answers that may be given. */
    public final Semaphore answers = new Semaphore(0);
    /** What the next answer fails with, if anything. */
    public volatile Optional<ForetokenException> failure = Optional.empty();

    private final Map<Evaluate.Request, Map<Arm, List<Answered>>> underWay = new ConcurrentHashMap<>();

    Evaluate.Result run(Evaluate.Request request, Evaluate.Listener listener, Progress progress)
            throws ForetokenException {
        asked.add(request);
        int questions = request.limit() == 0 ? QUESTIONS : Math.min(QUESTIONS, request.limit());
        Map<Arm, List<Answered>> given = underWay.computeIfAbsent(request, each -> new LinkedHashMap<>());
        long total = (long) questions * request.arms().size();
        List<String> records = new ArrayList<>();
        for (Arm arm : request.arms()) {
            List<Answered> own = given.computeIfAbsent(arm, each -> new ArrayList<>());
            for (int i = 0; i < own.size(); i++) {
                listener.onAnswer(arm, i + 1, questions, own.get(i));
            }
            for (int i = own.size(); i < questions; i++) {
                waitForAnswer(progress, request, arm, (long) records.size() * questions + i, total);
                if (failure.isPresent()) {
                    throw failure.get();
                }
                own.add(answer(request.task(), arm, i));
                listener.onAnswer(arm, i + 1, questions, own.get(i));
            }
            records.add("a0" + records.size());
        }
        underWay.remove(request);
        return new Evaluate.Result(request.model(), request.task(), request.data(), List.of(), records);
    }

    private void waitForAnswer(Progress progress, Evaluate.Request request, Arm arm, long done, long total) {
        try {
            do {
                progress.report(request.task().name() + ": " + arm.label() + " answers", done, total);
            } while (!answers.tryAcquire(5, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The base is wrong every fourth time, any other arm every third. */
    public static Answered answer(Task task, Arm arm, int i) {
        boolean base = arm.equals(Arm.BASE);
        boolean right = i % (base ? 4 : 3) != 0;
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Metric metric : task.metrics()) {
            boolean measured =
                    metric.kind() != Metric.Kind.TEXT || metric == Metric.LOSS || arm.equals(Arm.KV_PREDICTION);
            if (measured) {
                scores.put(metric.label(), metric.kind() == Metric.Kind.TEXT ? 3 + 0.1 * (i % 3) : right ? 1.0 : 0.0);
            }
        }
        String prompt = "Question: Which class of things does oak belong to?\nAnswer: tree\nQuestion: Which class of"
                + " things does essay " + i + " belong to?\nAnswer:";
        if (task.kind() == Metric.Kind.TEXT) {
            return new Answered(
                    "#" + (i + 1), "So it goes on. ".repeat(9), "", "", "text", List.of(), scores, List.of());
        }
        String said = right ? "writing" : "a kind of boat";
        return new Answered(
                "#" + (i + 1),
                prompt,
                " " + said,
                said,
                "stop_string",
                List.of("writing", "written material", "piece of writing"),
                scores,
                List.of());
    }
}
