package org.foretoken;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed over it. After a crash or a full disk the old
 * content is still there.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** What writes the content, from the start of an empty file. */
    @FunctionalInterface
    public interface Content {
        void write(FileChannel channel) throws IOException;
    }

    /** As {@link #write(Path, Content)}, of bytes in hand. */
    public static void write(Path target, byte[] bytes) throws ForetokenException {
        write(target, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
    }

    /**
     * Makes or replaces {@code target}, whose folder exists.
     *
     * @throws ForetokenException when it can't be written; what {@code content} throws passes. Either way {@code target} is as before and nothing is left over
     */
    public static void write(Path target, Content content) throws ForetokenException {
        Path absolute = target.toAbsolutePath();
        checkMayReplace(absolute);
        checkHasFolder(absolute);
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.write(channel);
                channel.force(true);
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            flushFolder(temporary);
        } catch (IOException e) {
            throw unwritable(absolute, e);
        } finally {
            discard(temporary);
        }
    }

    /**
     * Refuses a target that is a folder, no regular file, or write-protected, before work is done for it. A rename asks neither what it replaces nor
     * whether that may be written: a device would be gone, and root's protected files.
     */
    public static void checkMayReplace(Path target) throws ForetokenException {
        if (Files.isDirectory(target)) {
            throw new ForetokenException(target + " is a folder: name a file in it.");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new ForetokenException(
                    target + " is a device or the like, which isn't replaced: choose another name.");
        }
        if (Files.exists(target) && isProtected(target)) {
            throw new ForetokenException(
                    target + " is write-protected: choose another name, or take the protection off.");
        }
    }

    /** Refuses a target in a folder that isn't there. */
    public static void checkHasFolder(Path target) throws ForetokenException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new ForetokenException(
                    target + " can't be written, its folder doesn't exist: make it or choose another.");
        }
    }

    private static boolean isProtected(Path file) {
        try {
            return !Files.isWritable(file)
                    || !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // no such permissions here: writing will tell
        }
    }

    /** Writes all that remains of {@code bytes}. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The rename itself is on the disk only after its folder is. Windows has no such call and doesn't need it. */
    private static void flushFolder(Path child) throws IOException {
        Path folder = child.getParent();
        if (folder != null && File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void discard(Path temporary) throws ForetokenException {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new ForetokenException(temporary + " is left over and can't be removed: delete it.", e);
        }
    }

    private static ForetokenException unwritable(Path target, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        String said = message.toLowerCase(Locale.ROOT);
        if (said.contains("no space left") || said.contains("not enough space") || said.contains("quota exceeded")) {
            return new ForetokenException(
                    target + " can't be written, its disk is full: free some space or choose another folder.", cause);
        }
        return new ForetokenException(
                target + " can't be written (" + ForetokenException.reason(cause)
                        + "): check the folder or choose another.",
                cause);
    }
}
