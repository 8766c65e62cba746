package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.foretoken.Progress;
import org.foretoken.job.Job;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkbenchTest {
    @TempDir
    private Path home;

    @Test
    void whatTheEngineThreadStillReadsIsNotFreed() throws Exception {
        Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
        Path base = TinyModels.copy("base", home);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Job<Boolean> deaf = workbench.jobs().submit("Computing", progress -> {
            LoadedModels.Model model = workbench.models().model(base, progress);
            begun.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            boolean there = workbench.models().model(base, Progress.NONE).equals(model);
            workbench.models().close();
            return there;
        });
        begun.await();
        workbench.close();
        closed.countDown();
        assertThat(deaf.await()).isTrue();
    }
}
