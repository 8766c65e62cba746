package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    private Path home;

    @Test
    void aReportSaysWhichLinesArePassedOver() throws Exception {
        RunFile runs = new RunFile(home.resolve("runs"));
        runs.append(Records.timing("b1", "b1", Records.base(), 50, 50, 50));
        runs.append(Records.timing("k1", "b1", Records.predicted(1), 10, 10, 10));
        runs.append(Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0));
        runs.append(Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0));
        Files.writeString(runs.file(), "nonsense\n{\"schema\":1}\n", StandardOpenOption.APPEND);
        Path commands = Files.writeString(home.resolve("make.sh"), "foretoken pareto\n");
        Path out = home.resolve("out.md");
        Captured ran = Captured.run(home, "report", "--commands", commands.toString(), "--out", out.toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(out).exists();
        assertThat(ran.out()).doesNotContain("passed over").contains("out.md");
        assertThat(ran.err().lines().filter(line -> line.contains("passed over")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("runs.jsonl, line 5", "no run record"),
                        line -> assertThat(line).contains("runs.jsonl, line 6", "lacks what every run record has"));
    }
}
