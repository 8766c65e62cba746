package org.foretoken.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.eval.sandbox.Verdict.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile programs, each of which must fail and leave the machine as it was. Needs bubblewrap and python3. */
@Tag("shared")
class SandboxTest {
    /** Python without any isolation around it: what the probe is there to find. */
    private record Open() implements Isolation {
        @Override
        public List<String> command(Python python, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(python.executable().toString()));
            command.addAll(arguments);
            return command;
        }

        @Override
        public List<Path> shown(Python python) {
            return List.of();
        }
    }

    @TempDir
    private Path folder;

    private static final Path HOME = Path.of(System.getProperty("user.home"));

    /** The endless ones needn't take long. */
    private static final Sandbox.Limits LIMITS = new Sandbox.Limits(1, 6, 1L << 30);

    private Sandbox sandbox = sandbox();

    private static Sandbox sandbox() {
        try {
            SearchPath path = SearchPath.of(System.getenv());
            return Sandbox.open(Isolation.of("Linux", path), Python.find(path, HOME), LIMITS);
        } catch (ForetokenException e) {
            throw new AssertionError("needed by this test", e);
        }
    }

    private Path canary = Path.of("");

    @BeforeEach
    void write() throws Exception {
        canary = Files.writeString(folder.resolve("canary"), "mine");
    }

    /** Whatever was run: no process is left of it, and no file was touched. */
    @AfterEach
    void theMachineIsAsItWas() throws Exception {
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(Files.readString(canary)).isEqualTo("mine");
        assertThat(folder.toFile().list()).containsExactly("canary");
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("foretoken-hostile")))
                    .isEmpty();
        }
    }

    private Verdict run(String program) throws ForetokenException {
        return sandbox.run(program, () -> {});
    }

    private void fails(String program, String detail) throws ForetokenException {
        Verdict verdict = run(program);
        assertThat(verdict.outcome()).as(verdict.detail()).isEqualTo(Outcome.FAILED);
        assertThat(verdict.detail()).contains(detail);
    }

    @Test
    void aProgramThatEndsPassesAndOneThatRaisesFails() throws Exception {
        assertThat(
                        run(
                                "import math, re, typing, hashlib, collections\nassert math.gcd(4, 6) == 2\nprint('x' * 100000)"))
                .isEqualTo(new Verdict(Outcome.PASSED, ""));
        fails("assert 1 == 2, 'no'", "AssertionError: no");
        fails("def f(:", "SyntaxError");
        fails("f(", "SyntaxError");
        fails("x = '\\ud800'.encode()", "UnicodeEncodeError");
        fails("raise KeyboardInterrupt", "KeyboardInterrupt");
        fails("\0", "null bytes");
    }

    @Test
    void aForkBombDoesNotFork() throws Exception {
        fails("import os\nwhile True: os.fork()", "PermissionError");
        fails("import os\nwhile True: os.posix_spawn('/usr/bin/python3', ['x'], {})", "Error");
        fails("import subprocess\nsubprocess.run(['/bin/sh', '-c', ':'])", "Error");
        fails("import multiprocessing\nmultiprocessing.Process(target=print).start()", "Error");
        fails("import threading\nthreading.Thread(target=print).start()", "can't start new thread");
        fails("import os\nos.execv('/usr/bin/python3.11', ['x'])", "Error");
        // one that minds no error ends with its time
        Verdict stubborn = run("""
                import os
                while True:
                    try: os.fork()
                    except OSError: pass
                """);
        assertThat(stubborn.outcome()).isEqualTo(Outcome.OUT_OF_TIME);
    }

    @Test
    void nothingOfTheUsersCanBeRead() throws Exception {
        for (String path :
                List.of(canary.toString(), "/etc/shadow", "/etc/passwd", "/proc/self/environ", "/proc/1/mem")) {
            fails("open('" + path + "')", "FileNotFoundError");
        }
        fails("import os\nassert not os.path.exists('/proc')\nos.listdir('" + folder + "')", "FileNotFoundError");
        assertThat(run("""
                import os
                HOME = '%s'
                for at, folders, files in os.walk(HOME):
                    raise AssertionError(at + str(folders) + str(files))
                """.formatted(HOME))).isEqualTo(new Verdict(Outcome.PASSED, ""));
        assertThat(run("import os\nassert set(os.environ) <= {'PWD', 'LC_CTYPE'}, os.environ"))
                .isEqualTo(new Verdict(Outcome.PASSED, ""));
    }

    @Test
    void noConnectionCanBeOpened() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(1);
            fails("import socket\nsocket.create_connection(('127.0.0.1', " + server.getLocalPort() + "))", "Error");
            fails("import socket\nsocket.socket(socket.AF_INET6, socket.SOCK_DGRAM)", "PermissionError");
            fails("import socket\nsocket.socket(socket.AF_UNIX)", "PermissionError");
            fails("import socket\nsocket.socketpair()", "PermissionError");
            fails("import urllib.request\nurllib.request.urlopen('http://1.1.1.1/')", "rror");
            assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void theDiskCannotBeFilled() throws Exception {
        for (String place : List.of(".", "/", "/tmp", "/dev", "/dev/shm", "/usr/lib", folder.toString())) {
            fails("f = open('" + place + "/foretoken-hostile', 'wb')\nwhile True: f.write(b'x' * 1000000)", "Error");
        }
        fails("import os\nos.mkdir('/foretoken-hostile')", "Read-only file system");
        fails("open('/etc/ld.so.cache', 'r+b')", "Error");
        fails("import os\nos.memfd_create('foretoken-hostile')", "PermissionError");
        fails("import tempfile\ntempfile.TemporaryFile()", "No usable temporary directory");
    }

    @Test
    void memoryIsBounded() throws Exception {
        fails(
                "bytearray(1 << 31)",
                "MemoryError"); // at once: filling what is allowed takes a slow machine all its time
        fails("import mmap\nx = [mmap.mmap(-1, 1 << 28) for i in range(8)]", "Cannot allocate memory");
        fails("""
                import ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.shmget(0, 1 << 20, 0o1600) >= 0, ctypes.get_errno()
                """, "AssertionError: 1");
        fails("import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))", "not allowed");
    }

    @Test
    void nobodyElseCanBeKilled() throws Exception {
        long parent = ProcessHandle.current().pid();
        for (String target : List.of(
                Long.toString(parent),
                Long.toString(ProcessHandle.current().parent().orElseThrow().pid()),
                "-1")) {
            fails("import os\nos.kill(" + target + ", 9)", "ProcessLookupError");
        }
        // the first process in there takes no such signal; the program's own end is no pass
        Verdict own = run("import os\nos.kill(os.getppid(), 9)\nos.kill(os.getpid(), 9)");
        assertThat(own).isEqualTo(new Verdict(Outcome.DIED, "exit code 137"));
    }

    @Test
    void namespacesOfItsOwnAreRefused() throws Exception {
        fails("""
                import ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                for call, arguments in (('unshare', (0x10000000,)), ('ptrace', (0, 0, 0, 0)), ('mount', (b'none', b'/dev', b'tmpfs', 0, 0))):
                    assert getattr(libc, call)(*arguments) != 0, call
                    assert ctypes.get_errno() == 1, call
                raise RuntimeError('refused')
                """, "RuntimeError: refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while True: pass",
                "import signal\nfor n in range(1, 32):\n  if n not in (9, 19): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
                "10 ** 10 ** 10",
                "import re\nre.match('(a+)+b', 'a' * 64)",
                "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
            })
    void endlessLoopsEnd(String program) throws Exception {
        assertThat(run(program).outcome()).isIn(Outcome.OUT_OF_TIME, Outcome.DIED);
    }

    @Test
    void whoWaitsIsEndedByTheClock() throws Exception {
        assertThat(run("import time\ntime.sleep(1000)").outcome()).isEqualTo(Outcome.OUT_OF_TIME);
        assertThat(run("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)")
                        .outcome())
                .isEqualTo(Outcome.OUT_OF_TIME);
    }

    @Test
    void endlessOutputGoesNowhere() throws Exception {
        assertThat(run("while True: print('x' * 100000)").outcome()).isEqualTo(Outcome.OUT_OF_TIME);
        Verdict flood = run(
                "import os\nwhile True:\n  for n in range(3, 16):\n    try: os.write(n, b'x' * 1000)\n    except OSError: pass");
        assertThat(flood).isEqualTo(new Verdict(Outcome.DIED, "it wrote into its verdict"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "print('passed')\nraise SystemExit(0)",
                "import sys\nsys.exit()",
                "quit = exit = None\nimport os\nos._exit(0)",
                "import os\nfor n in range(16):\n  try: os.write(n, b'[\"passed\", \"\"]')\n  except OSError: pass\nos._exit(0)",
                "import os\nfor n in range(16):\n  try: os.write(n, b'true')\n  except OSError: pass\n",
                "import os\nos.abort()",
                "import ctypes\nctypes.string_at(0)",
                "class E(BaseException):\n  def __str__(self): raise SystemExit\nraise E",
                "class E(BaseException):\n  pass\nE.__name__ = 'x' * 100000\nraise E",
            })
    void nothingButItsEndMakesAProgramPass(String program) throws Exception {
        assertThat(run(program).outcome()).isIn(Outcome.FAILED, Outcome.DIED);
    }

    @Test
    void itCanBeStopped() {
        AtomicInteger asked = new AtomicInteger();
        Runnable cancelled = () -> {
            if (asked.incrementAndGet() == 2) {
                throw new CancellationException();
            }
        };
        assertThatThrownBy(() -> sandbox.run("while True: pass", cancelled)).isInstanceOf(CancellationException.class);
        assertThat(asked).hasValue(2);
    }

    @Test
    void theProbeFindsThatThereIsNoIsolation() throws Exception {
        Python python = Python.find(SearchPath.of(System.getenv()), HOME);
        assertThatThrownBy(() -> Sandbox.open(new Open(), python, LIMITS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("doesn't hold a program back")
                .hasMessageContaining("it can read");
    }

    /** Such as one of a version manager in the home folder: Python is seen, the folder around it isn't. */
    @Test
    void aPythonOfTheUsersOwnRunsToo() throws Exception {
        SearchPath path = new SearchPath(SearchPath.of(System.getenv()).folders().stream()
                .filter(each -> !each.equals(Path.of("/usr/bin")) && !each.equals(Path.of("/bin")))
                .toList());
        Python own;
        try {
            own = Python.find(path, HOME);
        } catch (ForetokenException e) {
            own = Assumptions.abort("this machine has none beside the system's: " + e.getMessage());
        }
        Sandbox opened = Sandbox.open(Isolation.of("Linux", SearchPath.of(System.getenv())), own, LIMITS);
        assertThat(opened.run("import hashlib, ctypes", () -> {})).isEqualTo(new Verdict(Outcome.PASSED, ""));
    }
}
