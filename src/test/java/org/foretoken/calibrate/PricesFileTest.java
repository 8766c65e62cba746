package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PricesFileTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsNoPricesIsRefusedAndNamed() throws Exception {
        LinkPrices prices = new LinkPrices(
                Source.KV, 3072, 1024, 0.01, List.of(List.of(0.5, Double.NaN)), List.of(List.of(0.25, 0.125)));
        PricesFile.write(folder, Map.of(Source.KV, prices));
        assertThat(PricesFile.read(folder, 1, 2)).containsExactly(Map.entry(Source.KV, prices));
        String text = Files.readString(PricesFile.in(folder));
        for (String[] change : new String[][] {
            {"\"format\":1", "\"format\":2", "format 1"},
            {"\"kv\"", "\"magic\"", "no source 'magic'"},
            {"0.01", "\"x\"", "lambda"},
            {"0.01", "-1", "lambda"},
            {"3072", "-3072", "tokens"},
            {"0.125", "\"x\"", "\"x\""},
            {"0.125", "-0.125", "-0.125"},
            {",0.125", "", "other models"},
            {"}", "", "can't be read"},
        }) {
            assertThat(text).contains(change[0]);
            Files.writeString(PricesFile.in(folder), text.replace(change[0], change[1]));
            assertThatThrownBy(() -> PricesFile.read(folder, 1, 2))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("prices.json", change[2])
                    .hasMessageContaining("alibrate again")
                    .hasMessageNotContaining("REDACTED");
        }
    }
}
