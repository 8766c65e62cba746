package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
    @TempDir
    private Path home;

    private RunFile runs;

    @BeforeEach
    void open() {
        runs = new RunFile(home.resolve("runs"));
    }

    private static RunRecord record(String id) {
        return Records.timing(id, id, Records.base(), 1, 2, 3);
    }

    private List<String> ids() throws ForetokenException {
        return runs.read().records().stream().map(RunRecord::id).toList();
    }

    @Test
    void recordsAreAddedAndTakenAway() throws Exception {
        assertThat(runs.read().records()).isEmpty();
        for (String id : List.of("one", "two", "three")) {
            runs.append(record(id));
        }
        assertThat(runs.read().records()).containsExactly(record("one"), record("two"), record("three"));
        runs.delete("two");
        assertThat(ids()).containsExactly("one", "three");
        String before = Files.readString(runs.file());
        assertThatThrownBy(() -> runs.delete("two"))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no record two")
                .hasMessageContaining("runs.jsonl");
        assertThat(runs.file()).hasContent(before);
    }

    @Test
    void whatIsNoFileIsRefusedBeforeAnythingIsMeasured() throws Exception {
        runs.checkAppends();
        assertThat(runs.file()).doesNotExist();
        Files.createDirectory(runs.file());
        assertThatThrownBy(runs::checkAppends)
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("runs.jsonl can't be written");
        assertThatThrownBy(runs::read)
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("runs.jsonl is no file");
    }

    @Test
    void recordsInAFolderThatCannotBeEnteredAreNotNone() throws Exception {
        Path file = Files.createTempFile("runs", "");
        assertThatThrownBy(() -> new RunFile(file.resolve("runs")).read())
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("runs.jsonl can't be read");
    }

    @Test
    void aLineThatAKilledProcessLeftIsSaidAndGivesWay() throws Exception {
        runs.append(record("one"));
        runs.append(record("two"));
        String all = Files.readString(runs.file());
        Files.writeString(runs.file(), all.substring(0, all.length() - 20));
        assertThat(ids()).containsExactly("one");
        assertThat(runs.read().faults())
                .singleElement()
                .asString()
                .contains("runs.jsonl, line 2", "no run record", "passed over");
        runs.append(record("three"));
        assertThat(ids()).containsExactly("one", "three");
        assertThat(runs.read().faults()).isEmpty();
    }

    @Test
    void linesThatCannotBeUsedAreNamedAndKept() throws Exception {
        runs.append(record("one"));
        String newer = record("newer").json().replace("\"schema\":1", "\"schema\":2");
        Files.writeString(
                runs.file(),
                "nonsense\n" + newer + "\n{\"schema\":1}\n"
                        + record("x").json().replaceAll("\"timing\":.*", "\"seed\":1}") + "\n",
                StandardOpenOption.APPEND);
        runs.append(record("two"));
        assertThat(ids()).containsExactly("one", "two");
        List<String> faults = runs.read().faults();
        assertThat(faults).hasSize(4);
        assertThat(faults.get(0)).contains("line 2", "no run record");
        assertThat(faults.get(1)).contains("line 3", "schema = 2 is not known here", "0.1.0");
        assertThat(faults.get(2)).contains("line 4", "lacks what every run record has");
        assertThat(faults.get(3)).contains("line 5", "lacks what every run record has");
        runs.delete("one");
        assertThat(ids()).containsExactly("two");
        assertThat(Files.readString(runs.file())).contains("nonsense\n", newer + "\n");
    }

    /** The records can be written there: who is told so of them looks in vain. */
    @Test
    void aLockThatCannotBeOpenedIsWhatIsNamed() throws Exception {
        Path lock = Files.createDirectories(runs.file().resolveSibling("runs.lock"));
        assertThatThrownBy(() -> runs.append(record("one")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith(lock + " can't be written (");
    }

    @Test
    void deletingLeavesTheBytesOfOtherLinesAsTheyAre() throws Exception {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        kept.write(new byte[] {'"', (byte) 0xC3, '"', '\r', '\n', '\n', (byte) 0xFF, '\n'});
        kept.write((record("one").json() + "\n").getBytes(StandardCharsets.UTF_8));
        Files.createDirectories(runs.file().resolveSibling(""));
        Files.write(runs.file(), kept.toByteArray());
        runs.append(record("two"));
        Files.writeString(runs.file(), "{\"schema\":1,\"id\":\"thr", StandardOpenOption.APPEND);
        runs.delete("two");
        assertThat(runs.file())
                .as("and what a killed process left gives way, as when a record is added")
                .hasBinaryContent(kept.toByteArray());
    }

    /** Two threads of one process, as the window's and the engine's: a file lock alone refuses the second of them. */
    @Test
    void aRecordIsAddedWhileAnotherIsTakenAway() throws Exception {
        List<String> old = IntStream.range(0, 40).mapToObj(i -> "old" + i).toList();
        List<String> added = IntStream.range(0, 40).mapToObj(i -> "new" + i).toList();
        for (String id : old) {
            runs.append(record(id));
        }
        RunFile another = new RunFile(home.resolve("runs"));
        CompletableFuture<Void> deleting = CompletableFuture.runAsync(() -> {
            for (String id : old) {
                try {
                    another.delete(id);
                } catch (ForetokenException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        for (String id : added) {
            runs.append(record(id));
        }
        deleting.join();
        assertThat(ids()).containsExactlyElementsOf(added);
        assertThat(runs.read().faults()).isEmpty();
    }
}
