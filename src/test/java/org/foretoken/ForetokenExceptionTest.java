package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForetokenExceptionTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private record Part(String name, boolean there) {}

    private record Whole(int count, double share, List<Integer> layers, Part part) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"count": "many"}                       | count should be a whole number
        {"count": null}                         | count should be a whole number
        {"count": 1, "share": []}               | share should be a number
        {"count": 1, "share": 1, "layers": 3}   | layers should be a list
        {"count": 1, "layers": [1, "two"]}      | layers[1] should be a whole number
        {"part": {"name": []}}                  | part.name should be text
        {"part": {"there": "perhaps"}}          | part.there should be true or false
        {"part": 7}                             | part should be an object
        {"part": {"there": true, "nmae": "x"}}             | a field part.nmae isn't known
        []                                      | it should be an object
        {"count": 1, "count": 2}                | Duplicate field 'count'
        {"count": }                             | Unexpected character ('}' (code 125)): expected a value
        """)
    void faultsOfJsonNameTheFieldAndNoJava(String json, String words) {
        JacksonException fault = catchThrowableOfType(JacksonException.class, () -> JSON.readValue(json, Whole.class));
        assertThat(ForetokenException.reason(fault)).isEqualTo(words);
    }

    @Test
    void whatFilesBringIntoASentenceCantMoveTheCursorOrNeverEnd() {
        assertThat(new ForetokenException("a\u001b[2Jb\u202ec\nd").sentence()).isEqualTo("a?[2Jb?c\nd");
        String much = new ForetokenException("begins " + "x".repeat(1_000_000) + " ends").sentence();
        assertThat(much).startsWith("begins xx").endsWith("xx ends").hasSizeLessThan(2100);
    }
}
