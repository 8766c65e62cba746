package org.foretoken.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command lines of both isolations, and the refusal where there is none; nothing is run in them here. */
class IsolationTest {
    private static final Python DEBIANS = new Python("3.11.2", Path.of("/usr/bin/python3.11"), Path.of("/usr"));
    private static final Python OWN = new Python(
            "3.12.1",
            Path.of("/home/ann/.pyenv/versions/3.12.1/bin/python3.12"),
            Path.of("/home/ann/.pyenv/versions/3.12.1"));

    private static final Sandbox.Limits LIMITS = new Sandbox.Limits(1, 6, 1L << 30);

    @TempDir
    private Path folder;

    private SearchPath path(String... programs) throws IOException {
        for (String each : programs) {
            executable(each, "");
        }
        return new SearchPath(List.of(folder));
    }

    private void executable(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void whereThereIsNoIsolationNothingIsRun() throws Exception {
        SearchPath empty = path();
        assertThatThrownBy(() -> Isolation.of("Linux", empty))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no bwrap here")
                .hasMessageContaining("apt-get install bubblewrap");
        assertThatThrownBy(() -> Isolation.of("Mac OS X", empty))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("sandbox-exec");
        SearchPath both = path("bwrap", "sandbox-exec");
        assertThatThrownBy(() -> Isolation.of("Windows 11", both))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no isolation for Windows 11");
        assertThat(Isolation.of("Linux", both)).isEqualTo(new Bubblewrap(folder.resolve("bwrap")));
        assertThat(Isolation.of("Mac OS X", both)).isEqualTo(new SandboxExec(folder.resolve("sandbox-exec")));
    }

    /** What stands for isolation, but lets nothing start or everything through. */
    @Test
    void anIsolationThatFailsIsNotUsed() throws Exception {
        executable("bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1\n");
        Bubblewrap refused = new Bubblewrap(folder.resolve("bwrap"));
        assertThatThrownBy(() -> Sandbox.open(refused, DEBIANS, LIMITS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("can't be started")
                .hasMessageContaining("bwrap: No permissions to create a new namespace");
        Bubblewrap missing = new Bubblewrap(folder.resolve("nothing"));
        assertThatThrownBy(() -> Sandbox.open(missing, DEBIANS, LIMITS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("can't be started");
    }

    /** A script's own process holds the pipe that is read to its end; one that it let go of can't even be found. */
    @Test
    @Timeout(60)
    void anIsolationThatHangsIsGivenUp() throws Exception {
        Sandbox.Limits soon = new Sandbox.Limits(1, 1, 1L << 30);
        executable("bwrap", "sleep 300\n");
        Bubblewrap hung = new Bubblewrap(folder.resolve("bwrap"));
        assertThatThrownBy(() -> Sandbox.open(hung, DEBIANS, soon))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("can't be started")
                .hasMessageContaining("it says nothing");
        for (int i = 0;
                i < 100 && ProcessHandle.current().descendants().findAny().isPresent();
                i++) {
            Thread.sleep(50); // killed, not yet gone
        }
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        executable("bwrap", "(sleep 30 &)\nsleep 300\n");
        assertThatThrownBy(() -> Sandbox.open(hung, DEBIANS, soon))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("can't be ended");
    }

    @Test
    void bubblewrapShowsPythonAndNothingOfTheUsers() {
        List<String> command = new Bubblewrap(Path.of("/usr/bin/bwrap")).command(OWN, List.of("-c", "pass"));
        assertThat(command)
                .startsWith("/usr/bin/bwrap")
                .endsWith("--", OWN.executable().toString(), "-c", "pass")
                .contains("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")
                .contains("--die-with-parent", "--new-session", "--clearenv")
                .containsSequence("--cap-drop", "ALL")
                // after all that is mounted
                .containsSequence("--remount-ro", "/", "--chdir", "/", "--");
        assertThat(command).doesNotContain("--bind", "--bind-try", "--tmpfs", "--proc", "--dev", "--share-net");
        assertThat(command).filteredOn("--dev-bind"::equals).hasSize(1);
        assertThat(command).containsSequence("--dev-bind", "/dev/null", "/dev/null");
        assertThat(bound(command))
                .containsExactly(
                        "/usr/lib",
                        "/usr/lib64",
                        "/lib",
                        "/lib64",
                        "/etc/ld.so.cache",
                        "/home/ann/.pyenv/versions/3.12.1/bin/python3.12",
                        "/home/ann/.pyenv/versions/3.12.1/lib",
                        "/home/ann/.pyenv/versions/3.12.1/lib64");
        List<String> debians = new Bubblewrap(Path.of("/usr/bin/bwrap")).command(DEBIANS, List.of());
        assertThat(bound(debians))
                .containsExactly("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/bin/python3.11");
    }

    private static List<String> bound(List<String> command) {
        List<String> bound = new java.util.ArrayList<>();
        for (int i = 0; i < command.size(); i++) {
            if (command.get(i).equals("--ro-bind-try")) {
                assertThat(command.get(i + 2)).isEqualTo(command.get(i + 1));
                bound.add(command.get(i + 1));
            }
        }
        return bound;
    }

    /** As text: this has not been run on a Mac. */
    @Test
    void theProfileForMacOsDeniesWhatItDoesNotNeed() {
        List<String> command = new SandboxExec(Path.of("/usr/bin/sandbox-exec")).command(OWN, List.of("-c", "pass"));
        assertThat(command)
                .containsExactly(
                        "/usr/bin/sandbox-exec",
                        "-D",
                        "PREFIX=/home/ann/.pyenv/versions/3.12.1",
                        "-p",
                        SandboxExec.PROFILE,
                        OWN.executable().toString(),
                        "-c",
                        "pass");
        List<String> rules = SandboxExec.PROFILE.lines().toList();
        assertThat(rules).startsWith("(version 1)", "(deny default)");
        // the last rule that fits counts
        assertThat(rules)
                .containsSubsequence("(import \"system.sb\")", "(deny network*)")
                .containsSubsequence("(import \"system.sb\")", "(deny process-fork)")
                .containsSubsequence("(import \"system.sb\")", "(deny file-write*)")
                .containsSubsequence(
                        "(deny file-read* (subpath \"/Users\") (subpath \"/Volumes\"))",
                        "(allow file-read* (subpath (param \"PREFIX\")))");
        assertThat(rules)
                .filteredOn(rule -> rule.startsWith("(allow"))
                .allSatisfy(
                        rule -> assertThat(rule).containsAnyOf("PREFIX", "(literal \"/dev/null\")", "(target self)"));
        for (String rule : rules) {
            assertThat(Collections.frequency(rule.chars().boxed().toList(), (int) '('))
                    .isEqualTo(Collections.frequency(rule.chars().boxed().toList(), (int) ')'));
        }
    }

    @Test
    void pythonIsWhatTheCommandRunsInTheEnd() throws Exception {
        SearchPath path = path();
        assertThatThrownBy(() -> Python.find(path, Path.of("/home/ann")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no python3 here");
        executable("python3", "printf '3.12.1\\n/opt/py/bin/python3.12\\n/opt/py\\n'\n");
        assertThat(Python.find(path, Path.of("/home/ann")))
                .isEqualTo(new Python("3.12.1", Path.of("/opt/py/bin/python3.12"), Path.of("/opt/py")));
        // its library would show the user's folder
        assertThatThrownBy(() -> Python.find(path, Path.of("/opt/py/lib/ann"))).isInstanceOf(ForetokenException.class);
        executable("python3", "exit 3\n");
        assertThatThrownBy(() -> Python.find(path, Path.of("/home/ann"))).isInstanceOf(ForetokenException.class);
    }

    @Test
    void programsAreLookedForInTheSystemsFolderFirst() {
        assertThat(SearchPath.of(Map.of("PATH", "/opt/bin:relative::/usr/bin:/bin"))
                        .folders())
                .containsExactly(Path.of("/usr/bin"), Path.of("/opt/bin"), Path.of("/bin"));
        assertThat(SearchPath.of(Map.of()).folders()).containsExactly(Path.of("/usr/bin"));
    }
}
