package org.foretoken.text.corpus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One source of text.
 *
 * @param path a plain text file; a JSON file of records, one a line, in an array or in {@code Data[]}; any of them gzipped; or a folder of them
 * @param weight its share of what is read, relative to the other parts' weights
 * @param template makes text of a record, each <code>{name}</code> replaced by that field: <code>Question: {question}\nAnswer: {answer}\n</code>. All
 *     records of a file are then one running text. {@link #TRIVIAQA} names the template of the paper; null takes a record's own text
 */
public record TextPart(Path path, double weight, @Nullable String template) {
    /** Questions with their answers one under the other, as in the paper's few-shot prompts. */
    public static final String TRIVIAQA = "triviaqa";

    /** A part with weight 1 and no template. */
    public static TextPart of(Path path) {
        return new TextPart(path, 1, null);
    }
}
