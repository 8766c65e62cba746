package org.foretoken.text.corpus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.foretoken.ForetokenException;
import org.foretoken.text.Tokenizer;

/** A tokenizer whose tokens are bytes (id = byte) and {@link #END}, which ends a text. */
public final class ByteTokenizer {
    static final int END = 256;

    private ByteTokenizer() {}

    static Tokenizer in(Path folder) throws IOException, ForetokenException {
        Files.createDirectories(folder);
        write(folder, END);
        return Tokenizer.ofFolder(folder);
    }

    /**
     * Writes one for a model of fewer tokens.
     *
     * @param folder there already
     * @param end bytes from there on have no token; it ends a text itself
     */
    public static void write(Path folder, int end) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode().put("version", "1.0");
        root.putArray("added_tokens")
                .addObject()
                .put("id", end)
                .put("content", "<|endoftext|>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocab = model.putObject("vocab");
        int shifted = 256;
        for (int b = 0; b < end; b++) {
            boolean printed = (b > ' ' && b <= '~') || (b > 0xA0 && b != 0xAD);
            vocab.put(Character.toString(printed ? b : shifted++), b);
        }
        model.putArray("merges");
        ObjectNode byteLevel = root.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        root.set("decoder", byteLevel.deepCopy());
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\":\"<|endoftext|>\"}");
    }

    /** What the tokens say. */
    static String text(int... tokens) {
        StringBuilder text = new StringBuilder();
        byte[] one = new byte[1];
        for (int token : tokens) {
            one[0] = (byte) token;
            text.append(token == END ? "<|endoftext|>" : new String(one, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
