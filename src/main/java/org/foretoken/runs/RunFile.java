package org.foretoken.runs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;

/**
 * All run records, a line each: {@code runs.jsonl} in a folder of its own. Lines are added and perhaps deleted, never changed. A process that was killed
 * leaves all but the last line whole. Several processes may use it, and several threads of each: who writes holds a lock on {@code runs.lock} for as long
 * as that takes.
 */
public final class RunFile {
    /** A file's lock keeps other processes out, but refuses this one's second thread where it should wait. */
    private static final Object ONE_THREAD = new Object();

    private final Path folder;

    /** @param folder made when first written to */
    public RunFile(Path folder) {
        this.folder = folder;
    }

    /**
     * What the file holds.
     *
     * @param records oldest first
     * @param faults a sentence for every line that can't be used
     */
    public record Contents(List<RunRecord> records, List<String> faults) {
        public Contents {
            records = List.copyOf(records);
            faults = List.copyOf(faults);
        }
    }

    /** Work on the file while no other process writes to it. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, ForetokenException;
    }

    /** The file, which need not exist. */
    public Path file() {
        return folder.resolve("runs.jsonl");
    }

    /** All records that can be used. */
    public Contents read() throws ForetokenException {
        List<RunRecord> records = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            try {
                records.add(RunRecord.read(lines.get(i), where(i)));
            } catch (ForetokenException e) {
                faults.add(e.sentence());
            }
        }
        return new Contents(records, faults);
    }

    private String where(int line) {
        return file() + ", line " + (line + 1);
    }

    private List<String> lines() throws ForetokenException {
        // not readAllLines: what a killed process left may end within a character
        return new String(bytes(), StandardCharsets.UTF_8).lines().toList();
    }

    private byte[] bytes() throws ForetokenException {
        if (Files.exists(file()) && !Files.isRegularFile(file())) {
            throw new ForetokenException(file() + " is no file: move it out of the way.");
        }
        try {
            return Files.readAllBytes(file());
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) { // in a folder that can't be entered, too: it may well hold records
            throw new ForetokenException(
                    file() + " can't be read (" + ForetokenException.reason(e) + "): check the file.", e);
        }
    }

    /** Refuses, before anything is measured for it, a file that can't be written. */
    public void checkAppends() throws ForetokenException {
        locked(() -> {
            if (Files.exists(file())) {
                FileChannel.open(file(), StandardOpenOption.WRITE).close();
            }
        });
    }

    /** Adds a record. An unfinished last line, left by a process that was killed, gives way. */
    public void append(RunRecord record) throws ForetokenException {
        byte[] line = (record.json() + "\n").getBytes(StandardCharsets.UTF_8);
        locked(() -> {
            try (FileChannel channel = FileChannel.open(
                    file(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long end = wholeLines(channel);
                channel.truncate(end);
                channel.position(end);
                AtomicFile.writeFully(channel, ByteBuffer.wrap(line));
                channel.force(false);
            }
        });
    }

    /** Bytes up to the end of the last whole line. */
    private static long wholeLines(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            last.clear();
            if (channel.read(last, end - 1) == 1 && last.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    /**
     * Takes a record away; all other lines stay as they are, those that can't be read among them. An unfinished last line gives way.
     *
     * @throws ForetokenException when there is none with that id, or the file can't be written; the file is then as before
     */
    public void delete(String id) throws ForetokenException {
        locked(() -> {
            byte[] all = bytes();
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            boolean found = false;
            int start = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i] == '\n') {
                    if (hasId(new String(all, start, i - start, StandardCharsets.UTF_8), id)) {
                        found = true;
                    } else {
                        kept.write(all, start, i + 1 - start);
                    }
                    start = i + 1;
                }
            }
            found |= hasId(new String(all, start, all.length - start, StandardCharsets.UTF_8), id);
            if (!found) {
                throw unknown(id);
            }
            AtomicFile.write(file(), kept.toByteArray());
        });
    }

    private boolean hasId(String line, String id) {
        try {
            return RunRecord.read(line, file().toString()).id().equals(id);
        } catch (ForetokenException e) {
            return false; // not ours to take away
        }
    }

    /** That there is no such record. */
    public ForetokenException unknown(String id) {
        return new ForetokenException(file() + " has no record " + id + ": 'foretoken runs' lists those there are.");
    }

    private void locked(Work work) throws ForetokenException {
        Path locks = folder.resolve("runs.lock");
        synchronized (ONE_THREAD) {
            try {
                Files.createDirectories(folder);
                try (FileChannel channel =
                                FileChannel.open(locks, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    work.run();
                }
            } catch (IOException e) {
                boolean ofLock = e instanceof FileSystemException named
                        && locks.toString().equals(named.getFile());
                throw new ForetokenException(
                        (ofLock ? locks : file()) + " can't be written (" + ForetokenException.reason(e)
                                + "): free some space, or check the folder.",
                        e);
            }
        }
    }
}
