package org.foretoken.workbench;

import java.nio.file.Path;
import org.foretoken.job.JobQueue;

/** What is open in this process: settings, the engine thread, the models in memory. Every action works on one. */
public final class Workbench implements AutoCloseable {
    /**
     * What the engine runs with now.
     *
     * @param kernel the linear kernel, such as "bf16"; "not chosen yet" before first use
     * @param threads of the engine
     * @param modelBytes weights in memory
     */
    public record Engine(String kernel, int threads, long modelBytes) {}

    private final Path home;
    private final JobQueue jobs = new JobQueue();

    /** @param home the folder of settings, setups and logs; made when first written to */
    public Workbench(Path home) {
        this.home = home;
    }

    /** Where setups are made unless the user says otherwise. */
    public Path setupsFolder() {
        return home.resolve("setups");
    }

    /** The folder of settings, setups and logs. */
    public Path home() {
        return home;
    }

    /** The one engine thread. */
    public JobQueue jobs() {
        return jobs;
    }

    /** What the engine runs with now; cheap, any thread. */
    public Engine engine() {
        return new Engine("not chosen yet", Runtime.getRuntime().availableProcessors(), 0);
    }

    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
    static <T> T notYet(Object... arguments) {
        throw new UnsupportedOperationException(java.util.Arrays.toString(arguments));
    }

    @Override
    public void close() {
        jobs.close();
    }
}
