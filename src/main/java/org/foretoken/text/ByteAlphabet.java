package org.foretoken.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The alphabet in which byte-level BPE writes bytes: the printable ones of Latin-1 stand for themselves, the 68 others, in order, for U+0100 and up
 * (GPT-2, {@code bytes_to_unicode}).
 */
final class ByteAlphabet {
    private static final int[] BYTE_OF_CHARACTER = byteOfCharacter();

    private ByteAlphabet() {}

    private static int[] byteOfCharacter() {
        int[] table = new int[0x100 + 68];
        int next = 0x100;
        for (int b = 0; b < 0x100; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            if (printable) {
                table[b] = b;
            } else {
                table[b] = -1;
                table[next++] = b;
            }
        }
        return table;
    }

    /** The bytes a token spells; the UTF-8 of its text when a character is outside the alphabet. */
    static byte[] bytes(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            int b = c < BYTE_OF_CHARACTER.length ? BYTE_OF_CHARACTER[c] : -1;
            if (b < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes.write(b);
        }
        return bytes.toByteArray();
    }
}
