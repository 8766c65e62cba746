package org.foretoken.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.foretoken.ForetokenException;

/**
 * One tokenizer of Hugging Face's Rust library, by its JNI functions. They are called directly rather than through the library's
 * {@code HuggingFaceTokenizer}, which cuts texts at 512 tokens unless told otherwise and fetches eight arrays for each text where one is needed.
 *
 * <p>A panic in the Rust code ends the whole process, so what reaches it is checked first: the JSON by {@link TokenizerJson}, texts and ids here.
 * Safe for use by many threads; {@link #close} waits for calls in flight.
 */
final class NativeTokenizer implements AutoCloseable {
    /** Above ten million steps the library's regular expressions panic; no legitimate pattern takes more than one step a character. */
    static final int MAX_TEXT_LENGTH = 8_000_000;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    /** @param json a tokenizer.json that {@link TokenizerJson} has checked; {@code source} names it in messages. */
    NativeTokenizer(String json, String source) throws ForetokenException {
        startLibrary();
        try {
            handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new ForetokenException(
                    source + " does not describe a tokenizer that can be used: " + e.getMessage() + ".", e);
        }
    }

    private static void startLibrary() throws ForetokenException {
        // Without this the library looks for a GPU build of itself and downloads one.
        System.setProperty("ai.djl.offline", "true");
        try {
            LibUtils.checkStatus();
        } catch (LinkageError | RuntimeException e) {
            throw new ForetokenException(
                    "The tokenizer library cannot run on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + ": it needs Linux on x86-64 or ARM, macOS on Apple silicon or Windows on x86-64, and a writable folder for its"
                            + " native code (set DJL_CACHE_DIR to one).",
                    e);
        }
    }

    int[] encode(String text, boolean addSpecialTokens) {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new IllegalArgumentException("A text of " + text.length() + " characters is longer than the "
                    + MAX_TEXT_LENGTH + " that can be tokenized at once; split it.");
        }
        Lock use = lock.readLock();
        use.lock();
        try {
            long encoding = TokenizersLibrary.LIB.encode(open(), withoutLoneSurrogates(text), addSpecialTokens);
            try {
                long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
                int[] result = new int[ids.length];
                for (int i = 0; i < ids.length; i++) {
                    result[i] = Math.toIntExact(ids[i]);
                }
                return result;
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            use.unlock();
        }
    }

    /** The text of {@code ids[from, to)}, special tokens kept. */
    String decode(int[] ids, int from, int to) {
        long[] wide = new long[to - from];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = ids[from + i];
        }
        Lock use = lock.readLock();
        use.lock();
        try {
            return TokenizersLibrary.LIB.decode(open(), wide, false);
        } finally {
            use.unlock();
        }
    }

    private long open() {
        if (handle == 0) {
            throw new IllegalStateException("The tokenizer is closed.");
        }
        return handle;
    }

    @Override
    public void close() {
        Lock end = lock.writeLock();
        end.lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            end.unlock();
        }
    }

    /** A lone half of a surrogate pair is no Unicode text; the library would garble every other pair beside it. */
    static String withoutLoneSurrogates(String text) {
        int at = firstLoneSurrogate(text);
        if (at < 0) {
            return text;
        }
        int[] codePoints = text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    /** Where the first lone surrogate is, or -1. */
    static int firstLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
