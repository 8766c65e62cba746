package org.foretoken.train;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The threads that a step's batches go through, each with an objective of its own on the same weights. A thread does everything of its batches alone:
 * libtorch splits only some operators, and its OpenBLAS none, so two threads side by side do nearly twice the work of two within each operator.
 *
 * <p>Which thread does which batch follows from their numbers, and what they found is added up in that order: the result is the same bit for bit each time.
 */
final class Lanes implements AutoCloseable {
    private final List<Lane> lanes = new ArrayList<>();
    private final int threads;

    /** A thread, with what it works on. */
    private record Lane(Objective objective, ExecutorService thread) {}

    /** One batch's work on a thread's objective. */
    @FunctionalInterface
    interface Work {
        void on(Objective objective, Batch batch, LossSums sums);
    }

    /**
     * As many as libtorch has threads.
     *
     * @param objective the first thread's, and the caller's: its parameters get the gradients of all
     */
    Lanes(Objective objective) {
        threads = torch.get_num_threads();
        for (int i = 0; i < threads; i++) {
            int number = i;
            ExecutorService thread = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("training-" + number).factory());
            lanes.add(new Lane(i == 0 ? objective : objective.twin(), thread));
            finished(thread.submit(() -> {
                // a thread's own number of threads, taken over from the process's when it is first asked for
                torch.set_num_threads(1);
                torch.get_num_threads();
            }));
        }
        torch.set_num_threads(threads);
    }

    int size() {
        return lanes.size();
    }

    /**
     * Has every batch worked on.
     *
     * @param done hears how many batches are; when it throws, the rest is left out and nothing is being worked on any more
     */
    void run(List<Batch> batches, Work work, LossSums sums, IntConsumer done) {
        List<LossSums> found = batches.stream()
                .map(batch -> new LossSums(lanes.getFirst().objective().layers()))
                .toList();
        Deque<Future<?>> running = new ArrayDeque<>();
        for (int i = 0; i < batches.size(); i++) {
            int number = i;
            Lane lane = lanes.get(i % lanes.size());
            running.add(lane.thread().submit(() -> work.on(lane.objective(), batches.get(number), found.get(number))));
        }
        try {
            for (int i = 0; i < batches.size(); i++) {
                done.accept(i);
                finished(running.getFirst());
                running.removeFirst();
                sums.add(found.get(i));
            }
        } finally {
            running.forEach(left -> left.cancel(false));
            lanes.forEach(lane -> finished(lane.thread().submit(() -> {})));
        }
    }

    /** Adds the gradients of all to the first one's and clears theirs. */
    void gather() {
        Map<String, Tensor> parameters = lanes.getFirst().objective().parameters();
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            for (Lane lane : lanes.subList(1, lanes.size())) {
                Map<String, Tensor> twins = lane.objective().parameters();
                parameters.forEach((name, parameter) -> add(requireNonNull(twins.get(name)), parameter));
            }
        }
    }

    private static void add(Tensor twin, Tensor parameter) {
        Tensor more = twin.grad();
        if (!more.defined()) {
            return;
        }
        if (parameter.grad().defined()) {
            parameter.grad().add_(more);
        } else {
            parameter.mutable_grad().put(more.clone());
        }
        more.zero_();
    }

    /** Waits; what was thrown there is thrown here. */
    private static void finished(Future<?> future) {
        boolean interrupted = false;
        while (true) {
            try {
                future.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the thread below may be in the middle of a weight: wait all the same
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException exception) {
                    throw exception;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the threads and closes their objectives but the caller's. */
    @Override
    public void close() {
        lanes.subList(1, lanes.size()).forEach(lane -> lane.objective().close());
        lanes.forEach(lane -> lane.thread().shutdown());
    }
}
