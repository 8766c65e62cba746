package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.Optional;
import org.foretoken.runs.RunRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A workbench with records that were made by hand. */
abstract class RecordsFixture {
    @TempDir
    Path home;

    Workbench workbench;

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    final void add(RunRecord... records) throws Exception {
        for (RunRecord record : records) {
            workbench.runs().append(record);
        }
    }
}
