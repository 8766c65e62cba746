package org.foretoken.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads libtorch and what it needs. JavaCPP looks for every library under every name it might have in every jar of the class path, a second of a
 * processor at each start; so where it found them is kept beside the libraries that it unpacked, and asked first.
 */
final class NativeLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

    /** While it is "false", JavaCPP leaves loading to others. */
    private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadLibraries";

    private static List<Path> loaded = List.of();

    private NativeLibraries() {}

    /** The library among those loaded whose file begins with that name. */
    static Path named(String prefix) {
        return loaded.stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(prefix + " is not among " + loaded));
    }

    /**
     * Loads them; the first time on a machine they are unpacked, which {@code notice} hears of.
     *
     * @throws IOException when there is no folder to unpack them into
     * @throws UnsatisfiedLinkError when they can't be loaded
     */
    static void load(Consumer<String> notice) throws IOException {
        Path cache = Loader.getCacheDir().toPath();
        Path list = cache.resolve("foretoken-" + version() + ".txt");
        List<String> listed = read(list);
        if (!listed.isEmpty() && loadAll(listed)) {
            System.setProperty(JAVACPP_LOADS, "false");
        } else {
            if (!isUnpacked(cache)) {
                notice.accept("Unpacking libtorch into " + cache + " (445 MB, once; a few seconds)…");
            }
            Loader.load(torch.class);
            listed = List.copyOf(new TreeSet<>(Loader.getLoadedLibraries().values()));
            write(list, listed);
        }
        loaded = listed.stream().map(Path::of).toList();
    }

    /** The list; nothing where there is none that can be read: it only saves time. */
    private static List<String> read(Path list) {
        try {
            return Files.isRegularFile(list) ? Files.readAllLines(list) : List.of();
        } catch (IOException e) {
            LOG.warn("this start takes longer", e);
            return List.of();
        }
    }

    private static boolean isUnpacked(Path cache) {
        String[] found = cache.toFile().list((folder, name) -> name.startsWith("pytorch-") && name.endsWith(".jar"));
        return found != null && found.length > 0;
    }

    /** Of the jars: a list made by others is never read. */
    private static String version() {
        String jar =
                torch.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.substring(jar.lastIndexOf('/') + 1) + "-" + Loader.getPlatform();
    }

    /** Whether all of them are loaded now. */
    private static boolean loadAll(List<String> files) {
        if (!files.stream().allMatch(file -> Files.isRegularFile(Path.of(file)))) {
            return false;
        }
        List<String> waiting = new ArrayList<>(files);
        // a library loads once those that it needs are loaded; the list has them in no order
        for (int before = -1; !waiting.isEmpty() && before != waiting.size(); ) {
            before = waiting.size();
            for (Iterator<String> each = waiting.iterator(); each.hasNext(); ) {
                try {
                    System.load(each.next());
                    each.remove();
                } catch (UnsatisfiedLinkError e) {
                    LOG.debug("not yet", e);
                }
            }
        }
        return waiting.isEmpty();
    }

    private static void write(Path list, List<String> files) {
        try {
            AtomicFile.write(list, (String.join("\n", files) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (ForetokenException e) {
            LOG.warn("the next start will take longer", e);
        }
    }
}
