package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.job.JobQueue;
import org.foretoken.runs.RunFile;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.KernelChoice;
import org.foretoken.torch.LibTorch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is open in this process: settings, the engine thread, the models in memory. Every action works on one. */
public final class Workbench implements AutoCloseable {
    /**
     * What the engine runs with now.
     *
     * @param kernel the linear kernel, such as "bf16"; "not chosen yet" before this machine's first use
     * @param threads of the engine
     * @param modelBytes weights in memory
     */
    public record Engine(String kernel, int threads, long modelBytes) {}

    /**
     * How the engine is to run.
     *
     * @param kernel a kernel's label; empty takes the fastest on this machine
     * @param threads of the engine
     * @param notice hears of things that take long before there is any progress, such as unpacking libtorch
     */
    public record Options(Optional<String> kernel, int threads, Consumer<String> notice) {
        /** The fastest kernel, as many threads as {@link Machine#processors}. */
        public static Options defaults() {
            return new Options(Optional.empty(), Machine.processors(), notice -> {});
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String NOT_CHOSEN = "not chosen yet";

    private final Path home;
    private final Options options;
    private final JobQueue jobs = new JobQueue();
    private @Nullable Engine engine;
    private final LoadedModels models = new LoadedModels(this::startEngine, this::weigh);
    private final LinkFits linkFits = new LinkFits();

    /** @param home the folder of settings, setups and logs; made when first written to */
    public Workbench(Path home, Options options) {
        this.home = home;
        this.options = options;
    }

    /** As {@link #Workbench(Path, Options)} with the defaults. */
    public Workbench(Path home) {
        this(home, Options.defaults());
    }

    /**
     * Begins to bring the engine up beside whatever the caller does before it opens a workbench: a second where there is another core.
     *
     * @return who does it, to be waited for before the process exits: what libtorch sets up must not be taken down at the same time
     */
    public static Thread expect(Consumer<String> notice) {
        return Thread.ofPlatform().daemon().name("load-libtorch").start(() -> {
            try {
                LibTorch.load(notice);
            } catch (ForetokenException e) {
                LOG.debug("whoever needs it will hear of it", e);
            }
        });
    }

    /** Whether the program runs where its sample models are. */
    public static boolean hasSamples() {
        return Files.isDirectory(samplesFolder());
    }

    /** The models that come with the program, where it runs from a checkout; need not exist. Absolute, as a remembered setup's folder is. */
    static Path samplesFolder() {
        String given = System.getProperty("foretoken.samples");
        return Path.of(given == null ? "sample-models" : given).toAbsolutePath().normalize();
    }

    /** Where setups are made unless the user says otherwise. */
    public Path setupsFolder() {
        return home.resolve("setups");
    }

    /** The folder of settings, setups and logs. */
    public Path home() {
        return home;
    }

    /** The records of what was measured. */
    RunFile runs() {
        return new RunFile(home.resolve("runs"));
    }

    /** The one engine thread. */
    public JobQueue jobs() {
        return jobs;
    }

    /** What the engine runs with now; cheap but for the first time, any thread. */
    public synchronized Engine engine() {
        Engine known = engine;
        if (known == null) {
            String kernel = options.kernel()
                    .or(() ->
                            KernelChoice.known(kernelFile(), options.threads()).map(Kernel::label))
                    .orElse(NOT_CHOSEN);
            known = new Engine(kernel, options.threads(), 0);
            engine = known;
        }
        return known;
    }

    private synchronized void runsWith(String kernel) {
        engine = new Engine(kernel, options.threads(), models.bytes());
    }

    int threads() {
        return options.threads();
    }

    /** The models in memory. Engine thread only. */
    LoadedModels models() {
        return models;
    }

    /** The maps fitted for the layer map that is edited. Engine thread only. */
    LinkFits linkFits() {
        return linkFits;
    }

    /** Has {@link #engine} say what is in memory now. Engine thread only. */
    void weigh() {
        runsWith(engine().kernel());
    }

    /** The kernel that models would be loaded with, as far as it is known without measuring: for estimates. */
    Optional<Kernel> expectedKernel() throws ForetokenException {
        String kernel = engine().kernel();
        return kernel.equals(NOT_CHOSEN) ? Optional.empty() : Optional.of(Kernel.of(kernel));
    }

    /** Brings libtorch up and takes the kernel that was asked for, or the fastest here. */
    private Kernel startEngine() throws ForetokenException {
        engine(); // a fifth of a second on a cold JVM, in which libtorch is still being loaded
        LibTorch.start(options.threads(), options.notice());
        Kernel kernel = options.kernel().isPresent()
                ? wanted(Kernel.of(options.kernel().get()))
                : KernelChoice.of(kernelFile(), options.threads()).kernel();
        runsWith(kernel.label());
        return kernel;
    }

    private Path kernelFile() {
        return home.resolve("kernel.json");
    }

    private static Kernel wanted(Kernel kernel) throws ForetokenException {
        if (!KernelChoice.runs(kernel)) {
            throw new ForetokenException("The kernel " + kernel.label() + " doesn't run here"
                    + (kernel == Kernel.BF16
                            ? ": it needs a libtorch with oneDNN, which a Mac's lacks, and AVX-512 or Arm's bfloat16"
                            : "")
                    + ". Choose another, or leave it to the measurement of this machine.");
        }
        return kernel;
    }

    @Override
    public void close() {
        if (jobs.close(PATIENCE)) {
            linkFits.close();
            models.close();
        } // otherwise the engine thread still reads the weights, and the process, which ends next, frees them
    }
}
