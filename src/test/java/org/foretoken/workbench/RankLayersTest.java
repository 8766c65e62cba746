package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.Shared;
import org.foretoken.workbench.RankLayers.Ranking;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankLayersTest {
    @TempDir
    private Path home;

    @Test
    void thoseThatMatterMostStayInTheirOrder() {
        Ranking ranking = new Ranking(List.of(2.0, 0.1, 0.3, 0.1, 5.0), 100);
        assertThat(ranking.order()).containsExactly(3, 1, 2, 0, 4);
        assertThat(ranking.keep(3).layers()).containsExactly(0, 2, 4);
        assertThat(ranking.keep(4).layers()).containsExactly(0, 1, 2, 4);
        assertThat(ranking.keep(1).layers()).containsExactly(4);
        assertThat(ranking.keep(5).layers()).containsExactly(0, 1, 2, 3, 4);
    }

    /** 128 tokens: some 5 seconds. The first layer makes what all others read, the last but one little. */
    @Tag("shared")
    @Test
    void smolLm2NeedsItsFirstLayerMost() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}))) {
            Ranking ranking = workbench
                    .jobs()
                    .submit(
                            "test",
                            progress ->
                                    new RankLayers(workbench).run(Shared.smollm2(), TextStart.builtIn(), 128, progress))
                    .await();
            assertThat(ranking.tokens()).isEqualTo(128);
            assertThat(ranking.kl()).hasSize(30).allMatch(kl -> kl > 0 && kl < 20);
            List<Integer> order = ranking.order();
            assertThat(order.subList(27, 30)).contains(0);
            assertThat(ranking.kl().get(order.get(0))).isLessThan(0.5);
        }
    }
}
