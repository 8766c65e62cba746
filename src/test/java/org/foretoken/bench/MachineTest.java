package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    private static final List<String> CPUINFO = """
            processor\t: 0
            model name\t: A Processor 3000 @ 2.00GHz
            physical id\t: 0
            core id\t\t: 0

            processor\t: 1
            model name\t: A Processor 3000 @ 2.00GHz
            physical id\t: 0
            core id\t\t: 0

            processor\t: 2
            model name\t: A Processor 3000 @ 2.00GHz
            physical id\t: 0
            core id\t\t: 1

            processor\t: 3
            model name\t: A Processor 3000 @ 2.00GHz
            physical id\t: 1
            core id\t\t: 1
            """.lines().toList();

    @TempDir
    Path folder;

    @Test
    void readsCpuinfo() {
        assertThat(Machine.cpuName(CPUINFO)).contains("A Processor 3000 @ 2.00GHz");
        assertThat(Machine.physicalCores(CPUINFO)).isEqualTo(3);
        assertThat(Machine.cpuName(List.of("Hardware\t: BCM2835", "Model\t\t: Raspberry Pi 5")))
                .contains("Raspberry Pi 5");
        assertThat(Machine.cpuName(List.of("no colon here"))).isEmpty();
        assertThat(Machine.cpuName(List.of(
                        "cpu family\t: 6",
                        "model\t\t: 207",
                        "model name\t: Intel(R) Xeon(R) Processor",
                        "stepping\t: 2",
                        "cpu family\t: 6")))
                .contains("Intel(R) Xeon(R) Processor (cpu family 6, model 207, stepping 2)");
        assertThat(Machine.cpuName(List.of("Hardware\t: A board"))).contains("A board");
        assertThat(Machine.physicalCores(List.of("processor\t: 0"))).isZero();
    }

    @Test
    void describesThisMachine() {
        Machine machine = Machine.here("bf16", "bfloat16", 2);
        assertThat(machine.cpu()).isNotBlank();
        assertThat(machine.logicalCores()).isPositive();
        assertThat(machine.memoryBytes()).isGreaterThan(1 << 28);
        assertThat(machine.os()).contains(System.getProperty("os.arch"));
        assertThat(machine.jvm()).contains("25");
        assertThat(machine.kernel()).isEqualTo("bf16");
        assertThat(machine.threads()).isEqualTo(2);
        assertThat(machine.powerSource()).isIn("mains", "battery", "unknown");
    }

    @Test
    void readsPmset() {
        assertThat(Machine.powerFromPmset("Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t80%; charging"))
                .isEqualTo("mains");
        assertThat(Machine.powerFromPmset("Now drawing from 'Battery Power'\n -InternalBattery-0\t79%; discharging"))
                .isEqualTo("battery");
        assertThat(Machine.powerFromPmset("")).isEqualTo("unknown");
    }

    @Test
    void readsLinuxsPowerSupplies() throws IOException {
        assertThat(Machine.powerFromSupplies(folder.resolve("absent"))).isEqualTo("unknown");
        assertThat(Machine.powerFromSupplies(folder)).isEqualTo("unknown");
        supply("BAT0", "type", "Battery");
        supply("BAT0", "status", "Discharging");
        assertThat(Machine.powerFromSupplies(folder)).isEqualTo("battery");
        supply("AC", "type", "Mains");
        supply("AC", "online", "0");
        assertThat(Machine.powerFromSupplies(folder)).isEqualTo("battery");
        supply("AC", "online", "1");
        assertThat(Machine.powerFromSupplies(folder)).isEqualTo("mains");
    }

    private void supply(String name, String file, String content) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve(file), content + "\n");
    }

    @Test
    void aCommandThatHangsOrFailsOrIsMissingIsGivenUp() {
        assertThat(Machine.output("java", "-version")).contains("version");
        long start = System.nanoTime();
        assertThat(Machine.output("sleep", "60")).isEmpty();
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(20);
        assertThat(Machine.output("java", "-no-such-flag")).isEmpty();
        assertThat(Machine.output("no-such-command-anywhere")).isEmpty();
    }

    @Test
    void readsTheHighWaterMark() {
        assertThat(PeakMemory.highWater(List.of("VmPeak:\t 999 kB", "VmHWM:\t  123456 kB", "VmRSS:\t 100 kB")))
                .hasValue(123456L * 1024);
        assertThat(PeakMemory.highWater(List.of("Name:\tjava"))).isEmpty();
    }

    @Test
    void thePeakRisesWithWhatIsTouchedAndBothWaysOfAskingAgree() {
        PeakMemory.forget();
        long before = PeakMemory.bytes().orElseThrow();
        // fresh from the system: an array might lie in heap pages that are resident already
        long after;
        try (Arena arena = Arena.ofConfined()) {
            arena.allocate(256 << 20).fill((byte) 1);
            after = PeakMemory.bytes().orElseThrow();
        }
        assertThat(after - before).isGreaterThan(128 << 20);
        long unit = System.getProperty("os.name").startsWith("Mac") ? 1 : 1024;
        OptionalLong asked = PeakMemory.maxResident(unit);
        assertThat((double) asked.orElseThrow() / after).isBetween(0.8, 1.25);
    }

    @Test
    void memoryIsReadAtSomeSpeed() {
        assertThat(Peak.reading(8 << 20, 2)).isBetween(1e8, 1e13);
    }
}
