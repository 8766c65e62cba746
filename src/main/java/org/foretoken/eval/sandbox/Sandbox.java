package org.foretoken.eval.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;

/**
 * Runs Python programs, each in a process of its own, where there are no network, no files but Python's and no other processes, under limits of time and
 * memory. What bounds what: docs/decisions/0010-running-code.md.
 */
public final class Sandbox {
    /**
     * What a program may take.
     *
     * @param seconds of processor time, Python's start included
     * @param clockSeconds by the clock, for programs that wait, on a machine that may have other things to do
     * @param memory address space, bytes; there is one process only
     */
    record Limits(int seconds, int clockSeconds, long memory) {}

    /** HumanEval's time, and more memory than any of its solutions takes. */
    private static final Limits USUAL = new Limits(3, 15, 1L << 30);

    private static final String READY = "ready\n";
    private static final int MOST_OUTPUT = 4096;
    private static final int TOKEN_BYTES = 16;
    private static final int SIGXCPU = 24;
    private static final int SIGNALLED = 128;
    private static final int POLL_MILLIS = 100;
    private static final int PATIENCE_SECONDS = 10;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String HARNESS = resource("harness.py");

    private final Isolation isolation;
    private final Python python;
    private final Limits limits;

    private Sandbox(Isolation isolation, Python python, Limits limits) {
        this.isolation = isolation;
        this.python = python;
        this.limits = limits;
    }

    /**
     * The sandbox of this machine, once a probe has tried in vain to get out of it.
     *
     * @throws ForetokenException when there is no isolation, no Python, or something that the isolation doesn't hold back
     */
    public static Sandbox open() throws ForetokenException {
        SearchPath path = SearchPath.of(System.getenv());
        Isolation isolation = Isolation.of(System.getProperty("os.name", ""), path);
        return open(isolation, Python.find(path, home()), USUAL);
    }

    static Sandbox open(Isolation isolation, Python python, Limits limits) throws ForetokenException {
        Sandbox sandbox = new Sandbox(isolation, python, limits);
        sandbox.probe();
        return sandbox;
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home", "/")).toAbsolutePath();
    }

    /** The Python that runs programs, such as {@code 3.11.2}. */
    public String pythonVersion() {
        return python.version();
    }

    private void probe() throws ForetokenException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String program = "HIDDEN = " + JSON.writeValueAsString(hidden()) + "\nPORT = " + server.getLocalPort()
                    + "\nMEMORY = " + limits.memory() + "\nPARENT = "
                    + ProcessHandle.current().pid() + "\n" + resource("probe.py");
            Verdict verdict = run(program, () -> {});
            if (verdict.outcome() != Verdict.Outcome.PASSED) {
                throw new ForetokenException("The isolation of this machine doesn't hold a program back ("
                        + verdict.outcome().label() + ", " + verdict.detail() + "), so none is run.");
            }
        } catch (IOException e) {
            throw new ForetokenException(
                    "The isolation of this machine can't be tried out (" + e.getMessage() + "), so no program is run.",
                    e);
        }
    }

    /** Paths of the user's that a program must not see: what lies in the home folder, and the folder of temporary files. */
    private List<String> hidden() throws IOException {
        List<Path> paths = new ArrayList<>(List.of(Path.of(System.getProperty("java.io.tmpdir", "/tmp"))));
        try (Stream<Path> own = Files.list(home())) {
            own.forEach(paths::add);
        }
        List<Path> shown = isolation.shown(python);
        return paths.stream()
                .filter(path -> shown.stream().noneMatch(each -> each.startsWith(path) || path.startsWith(each)))
                .map(Path::toString)
                .toList();
    }

    /**
     * Runs a program to its end, or to the end of its time.
     *
     * @param cancelled asked while it runs; throws to stop
     * @throws ForetokenException when the sandbox itself can't be started
     */
    public Verdict run(String program, Runnable cancelled) throws ForetokenException {
        byte[] random = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Process process = start();
        try {
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
            byte[] request = request(program, token);
            Thread.startVirtualThread(() -> send(process, request)); // an isolation that hangs reads nothing
            boolean ended = await(process, cancelled);
            String said = said(output);
            if (!said.startsWith(READY)) {
                throw new ForetokenException("The sandbox can't be started on this machine, so no program is run: "
                        + (said.isBlank() ? "it says nothing" : said.strip()));
            }
            return ended
                    ? verdict(said.substring(READY.length()), token, process.exitValue())
                    : new Verdict(Verdict.Outcome.OUT_OF_TIME, limits.clockSeconds() + " s by the clock");
        } finally {
            kill(process);
            process.onExit().join(); // one that was stopped is gone before its caller goes on
        }
    }

    private Process start() throws ForetokenException {
        List<String> arguments = new ArrayList<>(Python.ISOLATED);
        arguments.addAll(List.of("-c", HARNESS));
        ProcessBuilder builder = new ProcessBuilder(isolation.command(python, arguments))
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ForetokenException(
                    "The sandbox can't be started on this machine, so no program is run: " + e.getMessage(), e);
        }
    }

    private byte[] request(String program, String token) {
        ObjectNode request = JSON.createObjectNode()
                .put("program", program)
                .put("token", token)
                .put("seconds", limits.seconds())
                .put("memory", limits.memory());
        try {
            return JSON.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(Process process, byte[] bytes) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(bytes);
        } catch (IOException e) {
            return; // it has ended already, and what it said tells why
        }
    }

    /** What it says; one that says too much is ended. */
    private static String read(Process process) {
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = out.readNBytes(MOST_OUTPUT);
            if (bytes.length == MOST_OUTPUT) {
                kill(process);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // closed by the end of the process
        }
    }

    /**
     * What it said, all of it: the pipe ends when the last process in there has gone. That of an isolation which leaves one behind, out of reach, never
     * does.
     */
    private static String said(CompletableFuture<String> output) throws ForetokenException {
        try {
            return output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ForetokenException(
                    "The isolation of this machine can't be ended, so no program is run: check its bwrap or sandbox-exec.",
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static CancellationException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return (CancellationException) new CancellationException("interrupted").initCause(cause);
    }

    /** And then what it started, should it be a script. By its handle: {@code Process} would close the stream that is being read. */
    private static void kill(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether it ended in time. */
    private boolean await(Process process, Runnable cancelled) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limits.clockSeconds());
        try {
            while (System.nanoTime() < end) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
                cancelled.run();
            }
            kill(process);
            process.waitFor();
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Verdict verdict(String said, String token, int exit) {
        if (said.isEmpty()) {
            return exit == SIGNALLED + SIGXCPU
                    ? new Verdict(Verdict.Outcome.OUT_OF_TIME, limits.seconds() + " s of processor time")
                    : new Verdict(Verdict.Outcome.DIED, "exit code " + exit);
        }
        try {
            JsonNode end = JSON.readTree(said);
            if (end.path(0).isNull() && end.path(1).isTextual()) {
                return new Verdict(Verdict.Outcome.FAILED, end.path(1).textValue());
            }
            if (token.equals(end.path(0).textValue())) {
                return new Verdict(Verdict.Outcome.PASSED, "");
            }
        } catch (JsonProcessingException e) {
            return new Verdict(Verdict.Outcome.DIED, "it wrote into its verdict");
        }
        return new Verdict(Verdict.Outcome.DIED, "it wrote into its verdict");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Sandbox.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("no " + name + " on the class path", e);
        }
    }
}
