package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenSetupTest {
    @TempDir
    private Path home;

    private Path setup(String folder, boolean trained) throws Exception {
        Path setup = Files.createDirectories(home.resolve(folder));
        Files.createFile(setup.resolve("setup.json"));
        if (trained) {
            Files.createDirectories(Train.trainingIn(setup));
            Files.createFile(Train.requestIn(setup));
        }
        return setup;
    }

    @Test
    void theSamplesAreNamedAsAWindowRemembersThem() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            OpenSetup setups = new OpenSetup(workbench);
            assertThat(setups.samples()).isNotEmpty().allSatisfy(setup -> {
                assertThat(setup.folder())
                        .isEqualTo(setup.folder().toAbsolutePath().normalize());
                assertThat(setups.isSample(setup)).isTrue();
            });
        }
    }

    @Test
    void trainingsThatWereBegunAreFoundBesideASetupAndAmongTheUsers() throws Exception {
        Path mine = setup("setups/mine-trained", true);
        setup("setups/mine", false);
        Path elsewhere = setup("elsewhere/half", false);
        Path beside = setup("elsewhere/half-trained", true);
        setup("third/one-trained", true);
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            OpenSetup setups = new OpenSetup(workbench);
            assertThat(setups.begunTrainings(elsewhere)).containsExactly(beside, mine);
            assertThat(setups.begunTrainings(home.resolve("setups/mine"))).containsExactly(mine);
        }
    }
}
