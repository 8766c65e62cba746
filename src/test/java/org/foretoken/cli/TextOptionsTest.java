package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.text.corpus.TextPart;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

class TextOptionsTest {
    @Command
    private static final class Reads {
        @ArgGroup(exclusive = false, multiplicity = "0..*")
        private List<TextOptions> text = new ArrayList<>();
    }

    private static List<TextPart> parts(String... arguments) {
        Reads reads = new Reads();
        new CommandLine(reads).parseArgs(arguments);
        return TextOptions.parts(reads.text);
    }

    @Test
    void eachTextHasItsOwnWeightAndTemplate() {
        assertThat(parts()).isEmpty();
        assertThat(parts("--text", "a.txt")).containsExactly(TextPart.of(Path.of("a.txt")));
        assertThat(parts(
                        "--text",
                        "a.txt",
                        "--text",
                        "b.jsonl",
                        "--template",
                        "triviaqa",
                        "--weight",
                        "2.5",
                        "--text",
                        "c.jsonl",
                        "--template",
                        "{q}\\n{a}"))
                .containsExactly(
                        TextPart.of(Path.of("a.txt")),
                        new TextPart(Path.of("b.jsonl"), 2.5, TextPart.TRIVIAQA),
                        new TextPart(Path.of("c.jsonl"), 1, "{q}\n{a}"));
    }
}
