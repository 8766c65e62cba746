package org.foretoken.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JobQueueTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final JobQueue queue = new JobQueue();

    /** Work that hears of nothing until it is let go. */
    private Job<String> busy() throws InterruptedException {
        Job<String> job = queue.submit("Training", progress -> {
            begun.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "trained";
        });
        begun.await();
        return job;
    }

    @Test
    void aJobWhoseTurnHasNotComeIsCancelledAtOnce() throws Exception {
        Job<String> training = busy();
        List<String> done = new ArrayList<>();
        Job<Boolean> waiting = queue.submit("Asking", progress -> done.add("asked"));
        waiting.cancel();
        assertThat(waiting.state()).isEqualTo(Job.State.CANCELLED);
        assertThat(waiting.outcome()).isDone();
        assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
        Job<Boolean> next = queue.submit("Asking again", progress -> done.add("asked again"));
        letGo.countDown();
        assertThat(training.await()).isEqualTo("trained");
        assertThat(next.await()).isTrue();
        assertThat(done).containsExactly("asked again");
        assertThat(waiting.state()).isEqualTo(Job.State.CANCELLED);
    }

    @Test
    void aJobSaysWhatItWaitsForAndTheQueueHowManyWait() throws Exception {
        Job<String> training = busy();
        assertThat(training.waitsFor()).isEmpty();
        Job<String> first = queue.submit("Asking", progress -> "asked");
        Job<String> second = queue.submit("Timing", progress -> "timed");
        assertThat(first.waitsFor()).contains("Training");
        assertThat(second.waitsFor()).contains("Training");
        assertThat(queue.waiting()).isEqualTo(2);
        first.cancel();
        assertThat(first.waitsFor()).isEmpty();
        assertThat(queue.waiting()).as("a cancelled one has no turn to come").isEqualTo(1);
        letGo.countDown();
        second.await();
        assertThat(second.waitsFor()).isEmpty();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void aJobThatRunsIsCancelledAtItsNextReport() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Job<String> job = queue.submit("Training", progress -> {
            begun.countDown();
            try {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            progress.report("Training", 1, 2);
            return "trained";
        });
        begun.await();
        job.cancel();
        assertThat(job.state()).isEqualTo(Job.State.RUNNING);
        asked.countDown();
        assertThatThrownBy(job::await).isInstanceOf(CancellationException.class);
    }

    @Test
    void aFailureThatIsASentenceIsLoggedWithoutATrace() {
        Logger log = (Logger) LoggerFactory.getLogger(JobQueue.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        Job<String> job = queue.submit("Asking", progress -> {
            throw new ForetokenException("The prompt is too long: shorten it.");
        });
        assertThatThrownBy(job::await).isInstanceOf(ForetokenException.class);
        assertThat(queue.close(Duration.ofSeconds(60))).as("it has logged").isTrue();
        log.detachAppender(logged);
        assertThat(logged.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getFormattedMessage()).isEqualTo("Asking: The prompt is too long: shorten it.");
                    assertThat(line.getThrowableProxy()).isNull();
                });
    }

    @Test
    void closingSaysWhetherTheEngineThreadLetGo() throws Exception {
        Job<String> training = busy();
        Job<String> waiting = queue.submit("Asking", progress -> "asked");
        assertThat(queue.close(Duration.ofMillis(50))).isFalse();
        assertThat(waiting.state()).isEqualTo(Job.State.CANCELLED);
        letGo.countDown();
        assertThat(training.await()).isEqualTo("trained");
        assertThat(queue.close(Duration.ofSeconds(60))).isTrue();
    }
}
