package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    @TempDir
    private Path home;

    @Test
    void everyArmIsWarmedUpOnce() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            Path setup = TinyModels.setup(workbench, home);
            assertThat(reported(workbench, setup, Arm.KV_PREDICTION)).contains("Warming up: KV prediction");
            assertThat(reported(workbench, setup, Arm.KV_PREDICTION)).isEmpty();
            // who has answered is warm
            workbench
                    .jobs()
                    .submit(
                            "test",
                            progress ->
                                    new Generate(workbench).run(request(setup, Arm.BASE), (id, text) -> {}, progress))
                    .await();
            assertThat(reported(workbench, setup, Arm.BASE)).isEmpty();
            assertThat(reported(workbench, setup, Arm.AUXILIARY)).contains("Warming up: auxiliary");
        }
    }

    private static Generate.Request request(Path setup, Arm arm) {
        return new Generate.Request(setup, arm, Prompt.of(List.of(5, 6, 7)), Sampling.GREEDY, 3, List.of(), 0);
    }

    private static List<String> reported(Workbench workbench, Path setup, Arm arm) throws ForetokenException {
        List<String> reported = new ArrayList<>();
        Progress progress = (what, done, total) -> reported.add(what);
        return workbench
                .jobs()
                .submit("test", ignored -> {
                    new Generate(workbench).warmUp(request(setup, arm), progress);
                    return reported;
                })
                .await();
    }
}
