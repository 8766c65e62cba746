package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.foretoken.ForetokenException;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunRecord;
import org.junit.jupiter.api.Test;

/** Reports on records that were made by hand. */
class WriteReportTest extends RecordsFixture {
    private void addTimes() throws Exception {
        add(
                Records.timing("b1", "b1", Records.base(), 50, 50, 50),
                Records.timing("k1", "b1", Records.predicted(1), 10, 10, 10));
    }

    private void addAnswers() throws Exception {
        add(
                Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0),
                Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0));
    }

    private WriteReport.Result write() throws Exception {
        return write(Files.writeString(home.resolve("commands.sh"), "foretoken pareto\n"), home.resolve("out.md"));
    }

    private WriteReport.Result write(Path commands, Path out) throws Exception {
        return new WriteReport(workbench)
                .run(new WriteReport.Request(Optional.empty(), Optional.empty(), commands, out));
    }

    private void assertRefused(Path commands, Path out, String sentence) {
        assertThatThrownBy(() -> write(commands, out))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void theCommandsAreNotWrittenOver() throws Exception {
        addTimes();
        addAnswers();
        Path commands = Files.writeString(home.resolve("out.md"), "foretoken pareto\n");
        Path other = Files.createSymbolicLink(home.resolve("link.md"), commands);
        assertRefused(commands, commands, "out.md is the file with the commands, which would be lost: choose another");
        assertRefused(commands, home.resolve("runs/../out.md"), "out.md is the file with the commands");
        assertRefused(commands, other, "link.md is the file with the commands");
        assertThat(commands).hasContent("foretoken pareto\n");
        assertThat(home.resolve("out")).doesNotExist();
        Path folder = Files.createDirectory(home.resolve("new"));
        Path figure = Files.writeString(folder.resolve("quiz-official_exact.csv"), "foretoken pareto\n");
        assertRefused(figure, home.resolve("new.md"), "quiz-official_exact.csv is the file with the commands");
        assertThat(folder.toFile().list()).containsExactly("quiz-official_exact.csv");
    }

    @Test
    void aReportThatCannotBeWrittenLeavesNoFigures() throws Exception {
        addTimes();
        addAnswers();
        Path commands = Files.writeString(home.resolve("commands.sh"), "foretoken pareto\n");
        Path folder = Files.createDirectory(home.resolve("folder.md"));
        assertRefused(commands, folder, "folder.md is a folder: name a file in it");
        Path old = Files.writeString(home.resolve("old.md"), "old");
        assertThat(old.toFile().setReadOnly()).isTrue();
        assertRefused(commands, old, "old.md is write-protected");
        assertThat(home.resolve("folder")).doesNotExist();
        assertThat(home.resolve("old")).doesNotExist();
        Files.writeString(home.resolve("taken"), "");
        assertRefused(
                commands,
                home.resolve("taken.md"),
                "taken for the figures can't be made (there is something else of that name): choose another --out");
    }

    @Test
    void whyTheCommandsCannotBeReadIsSaid() throws Exception {
        addTimes();
        addAnswers();
        Path out = home.resolve("out.md");
        assertRefused(home.resolve("nope.sh"), out, "nope.sh can't be read (it doesn't exist)");
        Path latin = Files.write(home.resolve("latin.sh"), new byte[] {'#', (byte) 0xE9, '\n'});
        assertRefused(latin, out, "latin.sh can't be read (it is not text in UTF-8)");
        assertThat(home.resolve("out")).doesNotExist();
    }

    @Test
    void theReportInTheDocumentsFollowsFromTheRecordsBesideIt() throws Exception {
        Path docs = Path.of("docs");
        Files.createDirectories(home.resolve("runs"));
        try (InputStream records = new GZIPInputStream(Files.newInputStream(docs.resolve("report/runs.jsonl.gz")))) {
            Files.copy(records, workbench.runs().file());
        }
        Path out = home.resolve("report.md");
        write(docs.resolve("report/make.sh"), out);
        assertThat(out)
                .as("when its words have changed, docs/report/make.sh says how to write it again")
                .hasSameTextualContentAs(docs.resolve("report.md"));
    }

    @Test
    void thatNoLineCanBeReadIsSaid() throws Exception {
        Files.createDirectories(home.resolve("runs"));
        Files.writeString(workbench.runs().file(), "nonsense\nmore\n");
        assertThatThrownBy(this::write)
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no times or answers that can be read (2 lines can't");
    }

    @Test
    void linesThatArePassedOverAreSaid() throws Exception {
        addTimes();
        addAnswers();
        Files.writeString(workbench.runs().file(), "nonsense\n", StandardOpenOption.APPEND);
        assertThat(write().faults()).singleElement().asString().contains("runs.jsonl, line 5", "passed over");
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
