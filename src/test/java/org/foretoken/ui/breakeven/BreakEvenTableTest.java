package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.bench.Machine;
import org.foretoken.bench.TimeCurve;
import org.foretoken.runs.Estimate;
import org.foretoken.workbench.BreakEven;
import org.junit.jupiter.api.Test;

class BreakEvenTableTest {
    private static TimeCurve curve(double first, double second) {
        return new TimeCurve(List.of(new TimeCurve.Point(14, first), new TimeCurve.Point(44, second)));
    }

    @Test
    void timesOfEveryKindHaveARow() {
        BreakEven.Times foretold = new BreakEven.Times(100, 60, 41, 130.0, 90.0);
        BreakEven.Times cutShort = new BreakEven.Times(101.5, 58, 43, null, null);
        Estimate off = Estimate.of(0);
        BreakEven.Check check = new BreakEven.Check(cutShort, off, off, off, null, null);
        BreakEven.Result result = new BreakEven.Result(
                Path.of("setup"),
                1,
                new Machine("a processor", 2, 2, 1, "Linux", "25", "f32", "f32", 2, Machine.UNKNOWN),
                List.of(14, 44),
                curve(10, 30),
                curve(8, 20),
                curve(1.5, 10),
                curve(1, 1),
                20,
                new BreakEven.MemoryPaid(1, 0, 0, 1),
                List.of(new BreakEven.Row(128, 16, foretold, check), new BreakEven.Row(300, 1, foretold, null)),
                null);
        assertThat(BreakEvenTable.of(result)).isEqualTo("""
                kind,prompt,reply,base_ttft,ttft,saved,base_total,total
                timed,14,,10.0,8.0,1.5,,
                timed,44,,30.0,20.0,10.0,,
                foretold,128,16,100.0,60.0,41.0,130.0,90.0
                measured,128,16,101.5,58.0,43.0,,
                foretold,300,1,100.0,60.0,41.0,130.0,90.0
                """);
    }
}
