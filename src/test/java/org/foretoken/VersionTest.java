package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void namesVersionAndCommit() {
        Properties built = new Properties();
        built.setProperty("version", "0.1.0");
        built.setProperty("commit", "");
        assertThat(Version.name(built)).as("no repository").isEqualTo("0.1.0");
        built.setProperty("commit", "4f26e9e");
        built.setProperty("dirty", "false");
        assertThat(Version.name(built)).isEqualTo("0.1.0+4f26e9e");
        built.setProperty("dirty", "true");
        built.setProperty("time", "20261130-093000");
        assertThat(Version.name(built)).isEqualTo("0.1.0+4f26e9e.dirty.20261130-093000");
    }

    @Test
    void thisOneIsNamed() {
        assertThat(Version.name()).matches("\\d+\\.\\d+\\.\\d+(\\+[0-9a-f]{7,}(\\.dirty\\.\\d{8}-\\d{6})?)?");
    }
}
