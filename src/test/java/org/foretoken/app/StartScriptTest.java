package org.foretoken.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script under the system's own sh, with JDKs that only say how they were called. */
class StartScriptTest {
    @TempDir
    private Path folder;

    private Path script;
    private Path lib;

    @BeforeEach
    void install() throws IOException {
        String text = Files.readString(Path.of("src/main/assembly/foretoken.sh"))
                .replace("${project.version}", "1")
                .replace("${openblas.threads}", "1")
                .replace("${jvm.flags}", "-flag1 -flag2")
                .replace("${project.build.finalName}", "foretoken-1")
                .replace("${main.class}", "Main");
        script = write(folder.resolve("my apps/foretoken/bin/foretoken"), text);
        lib = Files.createDirectories(folder.resolve("my apps/foretoken/lib"));
        Files.setLastModifiedTime(
                Files.createFile(lib.resolve("foretoken-1.jar")), FileTime.fromMillis(1_700_000_000_500L));
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        write(
                jdk.resolve("bin/java"),
                "#!/bin/sh\necho " + name + "\necho \"blas $OPENBLAS_NUM_THREADS\"\nprintf '%s\\n' \"$@\"\n");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X=Y\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private List<String> run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<String> all = new ArrayList<>(lines);
        all.add("exit " + process.waitFor());
        return all;
    }

    @Test
    void startsJavaHomesJavaWithAllThatTheBuildSays() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25.0.1");
        assertThat(run(
                        Map.of("JAVA_HOME", jdk.toString()),
                        script.toString(),
                        "generate",
                        "--prompt",
                        "two  words",
                        ""))
                .containsExactly(
                        "jdk25",
                        "blas 1",
                        "-flag1",
                        "-flag2",
                        "-Xshare:auto",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + lib.toRealPath().resolve("classes-1700000000.jsa"),
                        "-Xlog:disable",
                        "-Dforetoken.terminal=false",
                        "-cp",
                        folder.toRealPath()
                                .resolve("my apps/foretoken/lib/foretoken-1.jar")
                                .toString(),
                        "Main",
                        "generate",
                        "--prompt",
                        "two  words",
                        "",
                        "exit 0");
    }

    /** The JVM would neither read those that were made for jars of another time nor replace them: so in a copy of the folder. */
    @Test
    void classesOfOtherJarsAreDroppedForNewOnes() throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk25", "25").toString());
        Path other = Files.createFile(lib.resolve("classes-1600000000.jsa"));
        assertThat(run(environment, script.toString(), "inspect")).noneMatch(line -> line.contains("Archive"));
        assertThat(other).doesNotExist();
        Path own = Files.createFile(lib.resolve("classes-1700000000.jsa"));
        assertThat(run(environment, script.toString(), "inspect"))
                .contains("-XX:SharedArchiveFile=" + own.toRealPath());
    }

    /** A folder of root's; here, for root may write there, one that isn't there. Java would end with an error after the answer. */
    @Test
    void whereClassesCantBeKeptTheyArent() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25");
        Files.delete(lib.resolve("foretoken-1.jar"));
        Files.delete(lib);
        assertThat(run(Map.of("JAVA_HOME", jdk.toString()), script.toString(), "generate"))
                .contains("-Xshare:auto", "generate", "exit 0")
                .noneMatch(line -> line.contains("Archive"));
    }

    @Test
    void whereNoLocaleIsSetNamesOfFilesAreStillUtf8() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25");
        Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho \"$LC_ALL/$LC_CTYPE\"\n");
        Map<String, String> unset = Map.of("JAVA_HOME", jdk.toString());
        assertThat(run(unset, script.toString())).startsWith("C.UTF-8/");
        Map<String, String> posix = Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "POSIX", "LANG", "de_DE.UTF-8");
        assertThat(run(posix, script.toString())).startsWith("C.UTF-8/");
        Map<String, String> german = Map.of("JAVA_HOME", jdk.toString(), "LANG", "C", "LC_CTYPE", "de_DE.UTF-8");
        assertThat(run(german, script.toString())).startsWith("/de_DE.UTF-8");
    }

    @Test
    void aClosedStandardInputIsAnEmptyOne() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25");
        Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\nwc -c\n");
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString(), "SCRIPT", script.toString());
        assertThat(run(environment, "sh", "-c", "\"$SCRIPT\" x <&-").get(0).strip())
                .isEqualTo("0");
        assertThat(run(environment, "sh", "-c", "echo word | \"$SCRIPT\" x")
                        .get(0)
                        .strip())
                .isEqualTo("5");
    }

    @Test
    void passesAnOldJavaHomeByForTheJavaOnThePathBehindLinks() throws IOException, InterruptedException {
        Path old = jdk("jdk21", "21.0.2");
        Path early = jdk("jdk26", "26-ea");
        Path bin = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(bin.resolve("java2"), early.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), Path.of("java2"));
        assertThat(run(Map.of("JAVA_HOME", old.toString(), "PATH", bin + ":/usr/bin:/bin"), script.toString()))
                .startsWith("jdk26", "blas 1");
    }

    @Test
    void worksThroughLinksFromAnyFolder() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        Files.createSymbolicLink(bin.resolve("ft"), Path.of("../../my apps/foretoken/bin/foretoken"));
        Files.createSymbolicLink(folder.resolve("again"), Path.of("home/bin/ft"));
        assertThat(run(Map.of("JAVA_HOME", jdk("jdk25", "25").toString()), "./again"))
                .contains(folder.toRealPath()
                        .resolve("my apps/foretoken/lib/foretoken-1.jar")
                        .toString());
    }

    @Test
    void worksThroughALinkToItsFolder() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25");
        Files.createSymbolicLink(folder.resolve("tools"), Path.of("my apps/foretoken/bin"));
        Files.createSymbolicLink(folder.resolve("java"), jdk.resolve("bin"));
        assertThat(run(Map.of("PATH", folder.resolve("java") + ":/usr/bin:/bin"), "tools/foretoken"))
                .startsWith("jdk25")
                .contains(folder.toRealPath()
                        .resolve("my apps/foretoken/lib/foretoken-1.jar")
                        .toString());
    }

    @Test
    void aFolderThatIsGoneIsASentence() throws IOException, InterruptedException {
        Map<String, String> environment =
                Map.of("JAVA_HOME", jdk("jdk25", "25").toString(), "SCRIPT", script.toString());
        assertThat(run(environment, "sh", "-c", "mkdir gone; cd gone; rmdir ../gone; \"$SCRIPT\" runs"))
                .contains("The folder that Foretoken was started in is gone: change to another.", "exit 1")
                .doesNotContain("jdk25");
    }

    @Test
    void aFolderThatJavaTakesForTwoIsASentence() throws IOException, InterruptedException {
        Path jdk = jdk("jdk25", "25");
        Path two = write(folder.resolve("at 10:30/bin/foretoken"), Files.readString(script));
        assertThat(run(Map.of("JAVA_HOME", jdk.toString()), two.toString(), "runs"))
                .containsExactly(
                        "Foretoken can't be started from " + folder.toRealPath().resolve("at 10:30")
                                + ": Java takes the colon in that path for its end. Move the folder elsewhere.",
                        "exit 1");
    }

    @Test
    void findsAJdkOfTheUsersOwn() throws IOException, InterruptedException {
        jdk("home/.sdkman/candidates/java/25.0.2-tem", "25.0.2");
        String only = Files.readString(script).replace(" /usr/lib/jvm/*25* /opt/java/*25*", "");
        Files.writeString(script, only.replaceAll("/Library/Java\\S+|/opt/homebrew\\S+", ""));
        assertThat(run(Map.of(), script.toString())).first().asString().startsWith("home/.sdkman");
    }

    @Test
    void saysWhatIsMissing() throws IOException, InterruptedException {
        String none = Files.readString(script).replace(" /usr/lib/jvm/*25* /opt/java/*25*", "");
        Files.writeString(script, none.replaceAll("/Library/Java\\S+|/opt/homebrew\\S+", ""));
        assertThat(run(Map.of("JAVA_HOME", "/nowhere"), script.toString()))
                .containsExactly(
                        "Foretoken needs a JDK 25 or later and found none; install one (https://adoptium.net) or set "
                                + "JAVA_HOME to its folder.",
                        "exit 1");
    }
}
