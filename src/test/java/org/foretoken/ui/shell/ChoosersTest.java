package org.foretoken.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoosersTest {
    @ParameterizedTest
    @CsvSource({"fig.svg,fig.svg.png", "fig,fig.png", "fig.png,fig.png", "fig.PNG,fig.PNG"})
    void aFilesNameEndsAsWhatIsWritten(String typed, String written) {
        assertThat(Choosers.withEnding(Path.of("figures", typed), "png")).isEqualTo(Path.of("figures", written));
    }
}
