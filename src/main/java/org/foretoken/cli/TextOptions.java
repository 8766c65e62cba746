package org.foretoken.cli;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.text.corpus.TextPart;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One source of text; as many as one likes, each with its own weight and template. */
final class TextOptions {
    /** Stands above these options in a command's help. */
    static final String HEADING_NEEDED = "%nText, once or several times:%n";

    /** Likewise, where a command has a text of its own. */
    static final String HEADING = "%nText, once or several times (default: a text that comes with the program):%n";

    @Option(
            names = "--text",
            required = true,
            paramLabel = "PATH",
            description = {
                "a plain text file, a .jsonl or .json file of records, or a folder of them",
                "a record has its text in 'text' or 'content', unless there is a template"
            })
    private Path path;

    @Option(
            names = "--weight",
            paramLabel = "W",
            description = "this text's share, relative to the others' (default: 1)")
    private @Nullable Double weight;

    @Option(
            names = "--template",
            paramLabel = "TEMPLATE",
            description = {
                "makes text of a record, such as 'Question: {question}\\nAnswer: {answer}\\n'",
                "triviaqa names this one, with every question and answer on one line"
            })
    private @Nullable String template;

    static List<TextPart> parts(List<TextOptions> options) {
        return options.stream()
                .map(each -> new TextPart(
                        each.path,
                        each.weight == null ? 1 : each.weight,
                        // a shell passes \n on as two characters
                        each.template == null ? null : each.template.replace("\\n", "\n")))
                .toList();
    }
}
