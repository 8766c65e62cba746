package org.foretoken.eval;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hex digits. */
final class Hex {
    private Hex() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String sha256(byte[] bytes) {
        return of(digest().digest(bytes));
    }

    static String of(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
