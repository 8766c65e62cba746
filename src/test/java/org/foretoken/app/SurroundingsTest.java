package org.foretoken.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
    private static Surroundings on(String system, Map<String, String> environment) {
        Properties properties = new Properties();
        properties.setProperty("os.name", system);
        properties.setProperty("user.home", "/home/ada");
        return new Surroundings(environment, properties);
    }

    @Test
    void aHomeThatTheLocaleCannotWriteIsASentence() {
        for (String variable : List.of("FORETOKEN_HOME", "XDG_DATA_HOME")) {
            // what no locale can write, in place of what this one can't
            assertThatThrownBy(() -> on("Linux", Map.of(variable, "/a\0b")).home())
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining(variable)
                    .hasMessageContaining("set LC_ALL");
        }
    }

    @Test
    void theHomeIsWhereTheSystemKeepsSuchThings() throws ForetokenException {
        assertThat(on("Linux", Map.of()).home()).isEqualTo(Path.of("/home/ada/.local/share/foretoken"));
        assertThat(on("Linux", Map.of("XDG_DATA_HOME", "/data")).home()).isEqualTo(Path.of("/data/foretoken"));
        assertThat(on("Linux", Map.of("XDG_DATA_HOME", "data")).home())
                .as("relative ones do not count")
                .isEqualTo(Path.of("/home/ada/.local/share/foretoken"));
        assertThat(on("Mac OS X", Map.of("XDG_DATA_HOME", "/data")).home())
                .isEqualTo(Path.of("/home/ada/Library/Application Support/Foretoken"));
        assertThat(on("Mac OS X", Map.of("FORETOKEN_HOME", "/elsewhere")).home())
                .isEqualTo(Path.of("/elsewhere"));
        assertThat(on("Linux", Map.of("FORETOKEN_HOME", "here")).home().isAbsolute())
                .isTrue();
    }

    @Test
    void linuxNeedsAServerToDrawOn() {
        assertThat(on("Linux", Map.of()).hasDisplay()).isFalse();
        assertThat(on("Linux", Map.of("DISPLAY", "")).hasDisplay()).isFalse();
        assertThat(on("Linux", Map.of("DISPLAY", ":0")).hasDisplay()).isTrue();
        assertThat(on("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0")).hasDisplay())
                .isTrue();
        assertThat(on("Mac OS X", Map.of()).hasDisplay()).isTrue();
        Surroundings headless = on("Linux", Map.of());
        headless.properties().setProperty("glass.platform", "Headless");
        assertThat(headless.hasDisplay()).isTrue();
    }
}
