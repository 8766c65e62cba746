package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real inputs of tests tagged {@code shared}: golden values, data and models beside the repository. Missing ones fail the test. */
public final class Shared {
    private Shared() {}

    /** A file or folder under the shared folder, such as {@code golden/llama}. */
    public static Path path(String relative) {
        Path path = Path.of(System.getProperty("foretoken.shared", "../shared")).resolve(relative);
        assertThat(path)
                .as("needed by this test; set -Dforetoken.shared=FOLDER")
                .exists();
        return path;
    }

    /** SmolLM2-135M-Instruct, the GGUF file that {@code ../shared/models/get-smollm2} fetches. */
    public static Path smollm2() {
        String folder = System.getenv("FORETOKEN_TEST_MODELS");
        Path path = (folder == null
                        ? Path.of(System.getProperty("user.home"), ".cache", "foretoken-test-models")
                        : Path.of(folder))
                .resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
        assertThat(Files.exists(path))
                .as("%s is missing: run ../shared/models/get-smollm2", path)
                .isTrue();
        return path;
    }
}
