package org.foretoken.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.foretoken.ForetokenException;
import org.foretoken.text.ChatTemplate.Message;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final Map<String, String> SPECIAL = Map.of("bos_token", "<s>", "eos_token", "</s>");

    private static String resource(String name) throws IOException {
        try (InputStream in = ChatTemplateTest.class.getResourceAsStream("/chat-templates/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ChatTemplate template(String text) {
        return new ChatTemplate(text, SPECIAL, "model");
    }

    private static String render(String text) throws ForetokenException {
        return template(text).render(List.of(new Message("user", "hi")), true);
    }

    /** Each template with each conversation, against what Python's Jinja with Hugging Face's settings gave (src/test/golden/chat_templates.py). */
    @TestFactory
    Stream<DynamicTest> rendersAsHuggingFaceDoes() throws IOException {
        JsonNode rows = new ObjectMapper().readTree(resource("expected.json"));
        assertThat(rows).hasSizeGreaterThan(80);
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> DynamicTest.dynamicTest(
                        row.path("template").asText() + " " + row.path("messages"), () -> compare(row)));
    }

    private static void compare(JsonNode row) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : row.path("messages")) {
            messages.add(new Message(
                    message.path("role").asText(), message.path("content").asText()));
        }
        ChatTemplate template = template(resource(row.path("template").asText()));
        boolean prompt = row.path("add_generation_prompt").asBoolean();
        if (row.has("error")) {
            assertThatThrownBy(() -> template.render(messages, prompt))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining(row.path("error").asText());
        } else {
            String year = Year.from(ZonedDateTime.now(ZoneId.systemDefault())).toString();
            assertThat(template.render(messages, prompt))
                    .isEqualTo(row.path("text").asText().replace("<YEAR>", year));
        }
    }

    /** A list of 2^60 entries, which takes 60 lists. */
    private static final String NESTED =
            "{% set ns = namespace(s=[1], t=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}";

    /** Two of them, equal. */
    private static final String TWICE = NESTED + "{% for i in range(60) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(10000000) %}{% for b in range(10000000) %}x{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{{ range(1000000000) | list | length }}",
                "{{ 'x' * 2000000000 }}",
                "{% set ns = namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s | length }}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s | length }}",
                "{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s | replace('a', 'aaaaaaaa') %}{% endfor %}{{ ns.s | length }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
                "{{ 2 ** 100000 }}",
                "{{ 1 ** 1000000000000000000 + 9223372036854775807 }}",
                "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}",
                "{% set ns = namespace() %}{% set ns.me = ns %}{{ [ns] | tojson }}",
                NESTED + "{{ ns.s }}",
                NESTED + "{{ ns.s | string | length }}",
                NESTED + "{{ [ns.s] | join }}",
                NESTED + "{{ 'a' ~ ns.s }}",
                NESTED + "{{ {}[ns.s] }}",
                NESTED + "{{ raise_exception(ns.s) }}",
                NESTED + "{{ ns.s is upper }}",
                NESTED + "{{ 'a'.startswith((ns.s, 'a')) }}",
                TWICE + "{{ ns.s == ns.t }}",
                TWICE + "{{ ns.s != ns.t }}",
                TWICE + "{{ ns.s < ns.t }}",
                TWICE + "{{ ns.s in [ns.t] }}",
                TWICE + "{{ ns.s is eq ns.t }}",
                TWICE + "{{ [ns.t].index(ns.s) }}",
                TWICE + "{{ [ns.s, ns.t] | unique }}",
                TWICE + "{{ [ns.s, ns.t] | sort }}",
                TWICE + "{{ [ns.s, ns.t] | min }}",
                TWICE + "{{ {'a': ns.s} == {'a': ns.t} }}",
            })
    void boundsWhatATemplateCosts(String hostile) {
        Assertions.assertThatThrownBy(() ->
                        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(20), () -> render(hostile)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith("The chat template of model cannot render this conversation: ");
    }

    @Test
    void aListOfListsIsNoKeyAndTheSameOnlyAsItself() throws ForetokenException {
        assertThat(render(TWICE + "{{ {'a': 1}.get(ns.s) }} {{ ns.s in {'a': 1} }} {{ ns.s is sameas ns.t }}"
                        + " {{ ns.s is sameas ns.s }} {{ 'a' is sameas 'a' }}"))
                .isEqualTo("None False False True True");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__ }}", "{{ messages.__class__.__mro__ }}", "{{ messages.getClass() }}",
                        "{{ ''.getBytes() }}",
                "{{ messages.append(1) }}", "{{ messages[0].clear() }}", "{{ self }}",
                        "{{ raise_exception.__globals__ }}",
                "{{ namespace.getClass() }}", "{{ messages[0].getClass().forName('java.lang.Runtime') }}"
            })
    void reachesNothingButItsValues(String hostile) throws ForetokenException {
        String text;
        try {
            text = render(hostile);
        } catch (ForetokenException refused) {
            text = "";
        }
        assertThat(text).isEmpty();
    }

    @Test
    void tooDeepNestingIsRefused() {
        for (String part : List.of("(", "[", "-", "not ", "0 if 1 else ")) {
            assertThatThrownBy(() -> render("{{ " + part.repeat(50_000) + "1 }}"))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("nested too deeply");
        }
        for (String part : List.of("{% if 1 %}", "{% for a in [1] %}", "{% set x %}", "{% filter upper %}")) {
            assertThatThrownBy(() -> render(part.repeat(50_000)))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("nested too deeply");
        }
    }

    @Test
    void aLongChainIsRefusedNotFatal() {
        assertThatThrownBy(() -> render("{{ 0" + " + 1".repeat(200_000) + " }}"))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("The chat template of model cannot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{",
                "{%",
                "{#",
                "{{ 'a",
                "{{ a b }}",
                "{{ a. }}",
                "{{ a[ }}",
                "{{ a[] }}",
                "{% if %}",
                "{% if a %}",
                "{% endif %}",
                "{% for %}",
                "{% for a in b %}",
                "{% nonsense %}",
                "{{ a | nonsense }}",
                "{{ a is nonsense }}",
                "{{ a.b.c }}",
                "{{ nothing() }}",
                "{{ 1 + 'a' }}",
                "{{ 1 / 0 }}",
                "{{ 1 // 0 }}",
                "{{ 5 % 0 }}",
                "{{ range(1, 2, 0) }}",
                "{{ 'a'[::0] }}",
                "{{ 'a'.split('') }}",
                "{{ {[1]: 2} }}",
                "{{ strftime_now('%Q') }}",
                "{{ strftime_now(1) }}",
                "{% set a, b = [1] %}",
                "{% include 'x' %}",
                "{% raw %}",
                "{{ '\\ud83d' }}{{ '\\xzz' }}",
                "{{ 99999999999999999999 }}",
                "{{ [] | max }}",
                "{{ loop.cycle() }}",
                "{% set a.b = 1 %}",
                "{{ ''.join() }}",
                "{{ 1 is divisibleby 0 }}",
                "{{ [3, 'a'] | sort }}",
                "{{ messages | map }}",
                "{{ x | default() | length + nothing.a }}",
                "{{ ) }}",
                "{{ messages | selectattr }}",
                "{{ 'abc' | int(default=nothing.x) }}",
                "{{ 'a' | indent(-5) ~ nothing.x }}"
            })
    void aBrokenTemplateGivesASentence(String broken) {
        assertThatThrownBy(() -> render(broken))
                .isInstanceOf(ForetokenException.class)
                .hasMessageStartingWith("The chat template of model cannot render this conversation: ");
    }
}
