package org.foretoken;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which program this is: what records say that they were made by. */
public final class Version {
    private static final String NAME = name(read());

    private Version() {}

    /**
     * The version with the commit that it was built from, as "0.1.0+4f26e9e"; where files had changed since with the time of
     * the build, as "0.1.0+4f26e9e.dirty.20261130-093000", for two such builds are two programs; without a commit outside a repository.
     */
    public static String name() {
        return NAME;
    }

    static String name(Properties built) {
        String commit = built.getProperty("commit", "");
        String version = built.getProperty("version");
        return commit.isEmpty()
                ? version
                : version + "+" + commit
                        + ("true".equals(built.getProperty("dirty")) ? ".dirty." + built.getProperty("time") : "");
    }

    private static Properties read() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(Objects.requireNonNull(in, "version.properties"));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
