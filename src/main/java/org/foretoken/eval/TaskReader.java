package org.foretoken.eval;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.Sha256;
import org.jspecify.annotations.Nullable;

/** Reads a task's JSON, field by field, so that whoever writes one hears what is wrong with which. */
final class TaskReader {
    private static final int FORMAT = 1;
    private static final Set<String> KNOWN = Set.of(
            "format",
            "name",
            "version",
            "licence",
            "fields",
            "asked",
            "description",
            "template",
            "shot",
            "delimiter",
            "shots",
            "stops",
            "max_tokens",
            "program",
            "metrics",
            "cleaning");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String where;
    private final JsonNode tree;

    private TaskReader(String where, JsonNode tree) {
        this.where = where;
        this.tree = tree;
    }

    /** @param where the task, for messages */
    static Task read(byte[] bytes, String where) throws ForetokenException {
        JsonNode tree;
        try {
            tree = JSON.readTree(bytes);
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation(); // none where a limit was passed
            throw new ForetokenException(
                    where + (at == null ? "" : ", line " + at.getLineNr()) + ": no JSON that can be read ("
                            + ForetokenException.reason(e) + "). A task is one JSON object.",
                    e);
        } catch (IOException e) {
            throw new ForetokenException(
                    where + " can't be read: " + ForetokenException.reason(e) + ". A task is one JSON object.", e);
        }
        if (!tree.isObject()) {
            throw new ForetokenException(where + " is no task: a task is one JSON object.");
        }
        return new TaskReader(where, tree).task(Sha256.hex(bytes));
    }

    private Task task(String sha256) throws ForetokenException {
        int format = tree.path("format").asInt(0);
        if (format != FORMAT) {
            String found = tree.has("format") ? " = " + tree.path("format") + " is not known here" : " is missing";
            throw wrong("format" + found + " (only " + FORMAT + " is known)");
        }
        List<Metric> metrics = metrics();
        Metric.Kind kind = metrics.get(0).kind();
        if (kind == Metric.Kind.TEXT) {
            return text(metrics, sha256);
        }
        unknown("", tree, KNOWN);
        boolean answers = kind.isAnswered();
        Map<String, List<String>> fields = fields(answers ? List.of("answers") : List.of("choices", "gold"));
        String template = template("template", fields);
        Task.Shots shots = shots(fields);
        String shot = shots.count() == 0 && tree.path("shot").isMissingNode() ? "" : template("shot", fields);
        return new Task(
                name(),
                integer("version", tree.path("version"), 1),
                text("licence"),
                Map.copyOf(fields),
                conditions("asked", tree.path("asked"), fields),
                textOr("description", ""),
                template,
                shot,
                textOr("delimiter", "\n"),
                shots,
                answers ? strings("stops", tree.path("stops"), 0) : List.of(),
                answers ? integer("max_tokens", tree.path("max_tokens"), 1) : 0,
                program(kind, fields),
                0,
                cleaning(),
                metrics,
                sha256);
    }

    /** A task on text has neither examples nor templates. */
    private Task text(List<Metric> metrics, String sha256) throws ForetokenException {
        unknown("", tree, Set.of("format", "name", "version", "licence", "window", "metrics"));
        return new Task(
                name(),
                integer("version", tree.path("version"), 1),
                text("licence"),
                Map.of(),
                Map.of(),
                "",
                "",
                "",
                "",
                new Task.Shots(0, Map.of(), null),
                List.of(),
                0,
                "",
                integer("window", tree.path("window"), 2),
                Task.Cleaning.NONE,
                metrics,
                sha256);
    }

    private List<Metric> metrics() throws ForetokenException {
        List<Metric> metrics = new ArrayList<>();
        for (String label : strings("metrics", tree.path("metrics"), 1)) {
            Metric metric = Metric.find(label).orElseThrow(() -> wrong(Metric.unknown(label)));
            if (!metrics.isEmpty() && metrics.get(0).kind() != metric.kind()) {
                throw wrong("metrics mixes " + metrics.get(0).label() + " and " + label
                        + ", which want different things of a model");
            }
            metrics.add(metric);
        }
        return List.copyOf(metrics);
    }

    private Map<String, List<String>> fields(List<String> needed) throws ForetokenException {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field :
                object("fields", tree.path("fields")).properties()) {
            fields.put(field.getKey(), strings("fields." + field.getKey(), field.getValue(), 1));
        }
        for (String each : needed) {
            if (!fields.containsKey(each)) {
                throw wrong("fields lacks '" + each + "', the paths to "
                        + switch (each) {
                            case "answers" -> "the answers expected";
                            case "choices" -> "the continuations to choose from";
                            default -> "the right one's label or number";
                        });
            }
        }
        return fields;
    }

    private Task.Cleaning cleaning() throws ForetokenException {
        String name = textOr("cleaning", "none");
        for (Task.Cleaning cleaning : Task.Cleaning.values()) {
            if (cleaning.name().toLowerCase(Locale.ROOT).equals(name)) {
                return cleaning;
            }
        }
        throw wrong("cleaning = '" + name + "' is not known; there are none, hellaswag and strip");
    }

    private Task.Shots shots(Map<String, List<String>> fields) throws ForetokenException {
        JsonNode node = object("shots", tree.path("shots"));
        unknown("shots.", node, Set.of("count", "where", "same"));
        String same = null;
        if (node.has("same")) {
            same = node.path("same").asText();
            known("shots.same", same, fields);
        }
        Map<String, String> conditions = conditions("shots.where", node.path("where"), fields);
        if (same != null && conditions.isEmpty()) {
            throw wrong("shots.same needs shots.where, which says what examples shots are taken from");
        }
        return new Task.Shots(integer("shots.count", node.path("count"), 0), conditions, same);
    }

    private Map<String, String> conditions(String name, JsonNode node, Map<String, List<String>> fields)
            throws ForetokenException {
        Map<String, String> conditions = new LinkedHashMap<>();
        if (!node.isMissingNode()) {
            for (Map.Entry<String, JsonNode> each : object(name, node).properties()) {
                known(name, each.getKey(), fields);
                conditions.put(each.getKey(), each.getValue().asText());
            }
        }
        return Map.copyOf(conditions);
    }

    private String template(String name, Map<String, List<String>> fields) throws ForetokenException {
        String template = text(name);
        List<String> used = new ArrayList<>(Template.fields(template));
        if (used.isEmpty()) {
            throw wrong(name + " names no field of an example; write one such as 'Question: {question}\\nAnswer:'");
        }
        for (String field : used) {
            // the right choice is an answer in a shot
            if (!field.equals("answer") || !fields.containsKey("choices") || !name.equals("shot")) {
                known(name, field, fields);
            }
        }
        return template;
    }

    private String program(Metric.Kind kind, Map<String, List<String>> fields) throws ForetokenException {
        if (kind != Metric.Kind.CODE) {
            if (tree.has("program")) {
                throw wrong("program has no place beside " + metrics().get(0).label()
                        + ": only answers that are measured by pass@k are run");
            }
            return "";
        }
        String program = text("program");
        int at = program.indexOf(Task.COMPLETION);
        if (at < 0 || program.indexOf(Task.COMPLETION, at + 1) >= 0) {
            throw wrong("program must name " + Task.COMPLETION + " once, where the answer stands");
        }
        for (String field : Template.fields(program)) {
            if (!Task.COMPLETION.equals("{" + field + "}")) {
                known("program", field, fields);
            }
        }
        return program;
    }

    private void known(String name, String field, Map<String, List<String>> fields) throws ForetokenException {
        if (!fields.containsKey(field)) {
            throw wrong(name + " names '" + field + "', which fields doesn't have");
        }
    }

    private void unknown(String prefix, JsonNode node, Set<String> known) throws ForetokenException {
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (!known.contains(each.getKey())) {
                throw wrong("there is no field '" + prefix + each.getKey() + "' in a task");
            }
        }
    }

    private JsonNode object(String name, JsonNode node) throws ForetokenException {
        if (!node.isObject()) {
            throw wrong(name + missingOr(node, "is no JSON object"));
        }
        return node;
    }

    private String text(String name) throws ForetokenException {
        JsonNode node = tree.path(name);
        if (!node.isTextual() || node.textValue().isEmpty()) {
            throw wrong(name + missingOr(node, "is no text"));
        }
        return node.textValue();
    }

    /** Tables, records and figures show it. */
    private String name() throws ForetokenException {
        String name = text("name");
        if (name.indexOf('\n') >= 0 || !ForetokenException.shown(name).equals(name)) {
            throw wrong("name is no line of text that can be shown");
        }
        return name;
    }

    private String textOr(String name, String otherwise) throws ForetokenException {
        JsonNode node = tree.path(name);
        if (!node.isMissingNode() && !node.isTextual()) {
            throw wrong(name + " is no text");
        }
        return node.isMissingNode() ? otherwise : node.textValue();
    }

    private int integer(String name, JsonNode node, int least) throws ForetokenException {
        if (!node.isInt() || node.intValue() < least) {
            throw wrong(name + missingOr(node, "is no whole number from " + least + " on"));
        }
        return node.intValue();
    }

    private List<String> strings(String name, JsonNode node, int least) throws ForetokenException {
        List<String> strings = new ArrayList<>();
        for (JsonNode each : node) {
            if (each.isTextual() && !each.textValue().isEmpty()) {
                strings.add(each.textValue());
            }
        }
        if (!node.isArray() || strings.size() < node.size() || strings.size() < least) {
            throw wrong(name + missingOr(node, "is no list of texts" + (least > 0 ? ", at least one" : "")));
        }
        return List.copyOf(strings);
    }

    private static String missingOr(@Nullable JsonNode node, String otherwise) {
        return node == null || node.isMissingNode() ? " is missing" : " " + otherwise;
    }

    private ForetokenException wrong(String fault) {
        return new ForetokenException(where + ": " + fault + ". Correct the task's file.");
    }
}
