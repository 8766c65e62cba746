package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports on records that were made by hand. */
class WriteReportTest {
    @TempDir
    private Path home;

    private Workbench workbench;

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private void add(RunRecord... records) throws Exception {
        for (RunRecord record : records) {
            workbench.runs().append(record);
        }
    }

    private void addTimes() throws Exception {
        add(
                Records.timing("b1", "b1", Records.base(), 50, 50, 50),
                Records.timing("k1", "b1", Records.predicted(1), 10, 10, 10));
    }

    private WriteReport.Result write() throws Exception {
        Path commands = Files.writeString(home.resolve("commands.sh"), "foretoken pareto\n");
        return new WriteReport(workbench)
                .run(new WriteReport.Request(Optional.empty(), Optional.empty(), commands, home.resolve("out.md")));
    }

    @Test
    void aTaskAskedInTwoWaysHasTwoFiguresAndHeadings() throws Exception {
        addTimes();
        RunRecord base = Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord own = Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0);
        add(base, own, Records.asked(base, 5, 0, null), Records.asked(own, 5, 0, null));
        assertThat(write().files())
                .extracting(file -> home.relativize(file).toString())
                .containsExactlyInAnyOrder(
                        "out/quiz-1-shot-official_exact.svg",
                        "out/quiz-1-shot-official_exact.csv",
                        "out/quiz-5-shot-official_exact.svg",
                        "out/quiz-5-shot-official_exact.csv",
                        "out.md");
        assertThat(home.resolve("out.md"))
                .content()
                .contains("](out/quiz-1-shot-official_exact.svg)", "](out/quiz-5-shot-official_exact.svg)")
                .contains("- quiz (1-shot): share", "- quiz (5-shot): share");
    }

    @Test
    void answersOnBatteryStandBesideTimesOnMains() throws Exception {
        RunRecord own = Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0);
        add(onBattery(Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0)));
        addTimes();
        add(onBattery(own), onBattery(Records.timing("b0", "b0", Records.base(), 90, 90, 90)));
        addTimes();
        add(onBattery(own));
        WriteReport.Result result = write();
        assertThat(home.resolve("out.md")).content().contains("half, tail 1 (5.00×, 0.667)");
        assertThat(result.left()).as("times on battery").isEqualTo(1);
    }

    private static RunRecord onBattery(RunRecord record) {
        return new RunRecord(
                record.schema(),
                record.id(),
                record.session(),
                record.program(),
                record.timestamp(),
                record.subject(),
                record.machine().withPower("battery"),
                null,
                record.timing(),
                record.answers(),
                null);
    }
}
