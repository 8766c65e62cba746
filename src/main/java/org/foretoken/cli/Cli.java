package org.foretoken.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.foretoken.ForetokenException;
import org.foretoken.Version;
import org.foretoken.workbench.Workbench;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Exit codes: 0 done, 1 failed (a sentence on stderr says why), 2 not understood, 130 stopped by Ctrl-C. Stack traces go to the log
 * only.
 */
public final class Cli {
    static final int FAILED = 1;
    static final int NOT_UNDERSTOOD = 2;
    static final int STOPPED = 130;

    /** Those that run models. */
    private static final Set<String> ENGINE_COMMANDS =
            Set.of("generate", "calibrate", "error", "eval", "dump", "bench", "pareto", "break-even");

    private static final int HELP_COLUMNS = 100;

    private Cli() {}

    @Command(
            name = "foretoken",
            mixinStandardHelpOptions = true,
            versionProvider = Named.class,
            description =
                    "A workbench for KV prediction: time to first token against accuracy, measured on this machine.",
            synopsisSubcommandLabel = "COMMAND",
            footer = {
                "",
                "Without a command it opens the window. The first steps:",
                "  foretoken inspect MODEL",
                "  foretoken generate --base MODEL --prompt \"Once upon a time\"",
                "  foretoken prune --base MODEL --fraction 0.5 --out setups/half",
                "  foretoken calibrate --setup setups/half --source hidden",
                "  foretoken generate --setup setups/half --prompt \"...\" --compare",
                "'foretoken COMMAND --help' explains a command.",
            })
    private static final class Root {}

    /** The version and the commit that it was built from. */
    static final class Named implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"foretoken " + Version.name()};
        }
    }

    /** Runs one command of this process and returns its exit code. */
    public static int run(Path home, String... arguments) {
        Session session = new Session(home, Terminal.ofProcess());
        boolean computes = arguments.length > 1
                && ENGINE_COMMANDS.contains(arguments[0])
                && !List.of(arguments).contains("--help");
        Optional<Thread> loading = computes ? Optional.of(Workbench.expect(session.line()::say)) : Optional.empty();
        Thread onInterrupt = new Thread(session::interrupt, "interrupt");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        int code = run(session, arguments);
        loading.ifPresent(Cli::await);
        return code;
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints how to use the command line, as {@code --help} does. */
    public static void usage(Path home) {
        run(home, "--help");
    }

    static int run(Session session, String... arguments) {
        try (session) {
            try {
                int code = commands(session, arguments).execute(arguments);
                return code == 0 && session.terminal().out().checkError() ? unwritten(session) : code;
            } catch (Throwable e) { // an Error: picocli hands on exceptions only
                return failed(session, e);
            }
        }
    }

    /** What nobody can read is no result: a full disk behind {@code >}, or a pipe that was closed. */
    private static int unwritten(Session session) {
        session.terminal().err().println("The output can't be written: free some space, or send it elsewhere.");
        return FAILED;
    }

    private static Map<String, Supplier<Callable<Integer>>> makers(Session session) {
        Map<String, Supplier<Callable<Integer>>> makers = new LinkedHashMap<>();
        makers.put("inspect", () -> new InspectCommand(session));
        makers.put("tokenize", () -> new TokenizeCommand(session));
        makers.put("generate", () -> new GenerateCommand(session));
        makers.put("prune", () -> new PruneCommand(session));
        makers.put("setup", () -> new SetupCommand(session));
        makers.put("calibrate", () -> new CalibrateCommand(session));
        makers.put("train", () -> new TrainCommand(session));
        makers.put("pretrain", () -> new PretrainCommand(session));
        makers.put("export", () -> new ExportCommand(session));
        makers.put("import", () -> new ImportCommand(session));
        makers.put("map", () -> new MapCommand(session));
        makers.put("error", () -> new ErrorCommand(session));
        makers.put("eval", () -> new EvalCommand(session));
        makers.put("dump", () -> new DumpCommand(session));
        makers.put("bench", () -> new BenchCommand(session));
        makers.put("pareto", () -> new ParetoCommand(session));
        makers.put("break-even", () -> new BreakEvenCommand(session));
        makers.put("report", () -> new ReportCommand(session));
        makers.put("runs", () -> new RunsCommand(session));
        return makers;
    }

    /** The parser. It knows the command asked for alone, if it is one: reading the options of all by reflection takes longer than all else at start. */
    static CommandLine commands(Session session, String... arguments) {
        Map<String, Supplier<Callable<Integer>>> makers = makers(session);
        String asked = arguments.length > 0 && makers.containsKey(arguments[0]) ? arguments[0] : "";
        CommandLine commands = new CommandLine(new Root());
        makers.forEach((name, maker) -> {
            if (asked.isEmpty() || asked.equals(name)) {
                commands.addSubcommand(name, maker.get());
            }
        });
        commands.setOut(writer(session.terminal().out()));
        commands.setErr(writer(session.terminal().err()));
        for (CommandLine each : commands.getSubcommands().values()) {
            each.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
        }
        commands.setUsageHelpWidth(HELP_COLUMNS);
        commands.setExpandAtFiles(false); // '@x' may be a prompt, and a folder of that name would end the parser
        commands.registerConverter(Path.class, Values::path);
        commands.registerConverter(LocalDate.class, Values::day);
        commands.setParameterExceptionHandler((e, ignored) -> notUnderstood(e));
        commands.setExecutionExceptionHandler((e, command, parsed) -> failed(session, e));
        return commands;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    private static int notUnderstood(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(ForetokenException.shown(String.valueOf(e.getMessage()).replaceFirst("^Error: ", "")));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return NOT_UNDERSTOOD;
    }

    static int failed(Session session, Throwable failure) {
        if (failure instanceof CancellationException) {
            if (session.terminal().out().checkError()) {
                return unwritten(session); // nobody stopped it: an answer ends where it can't be written
            }
            session.terminal().err().println("Stopped.");
            return STOPPED;
        }
        if (!session.hasLogged(failure)) {
            LoggerFactory.getLogger(Cli.class).error("the command failed", failure);
        }
        session.terminal().err().println(sentence(session, failure));
        return FAILED;
    }

    private static String sentence(Session session, Throwable failure) {
        if (failure instanceof ForetokenException known) {
            return known.sentence();
        }
        Path log = session.home().resolve("logs").resolve("foretoken.log");
        if (String.valueOf(failure).contains("unable to create native thread")) { // Java calls it a lack of memory
            return "No more threads can be started here: raise the limit of processes ('ulimit -u'), or end other"
                    + " programs. Details: " + log;
        }
        if (failure instanceof OutOfMemoryError
                || failure.getCause() instanceof OutOfMemoryError
                || String.valueOf(failure.getMessage()).contains("DefaultCPUAllocator: can't allocate memory")) {
            return "There is not enough memory for this; take a smaller model, a shorter prompt or a smaller batch."
                    + " Details: " + log;
        }
        return "Something unexpected went wrong (" + failure + "). Details: " + log;
    }
}
