package org.foretoken.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.FieldAccessor;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** The records of a Parquet file as the Hub has them, by the Hardwood library: not compressed, or by snappy or gzip. */
final class ParquetRecords {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ParquetRecords() {}

    /**
     * Reads some columns of every row.
     *
     * @param columns those wanted; what the file lacks of them is passed over
     */
    static void read(Path file, Set<String> columns, Consumer<JsonNode> each) throws ForetokenException {
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
            String[] present = reader.getFileSchema().getRootNode().children().stream()
                    .map(SchemaNode::name)
                    .filter(columns::contains)
                    .toArray(String[]::new);
            if (present.length == 0) {
                throw new ForetokenException(file + " has none of the columns that the task reads ("
                        + String.join(", ", columns) + "): give the task's own data.");
            }
            try (RowReader rows = reader.buildRowReader()
                    .projection(ColumnProjection.columns(present))
                    .build()) {
                while (rows.hasNext()) {
                    rows.next();
                    each.accept(record(rows, List.of(present)));
                }
            }
        } catch (CancellationException e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new ForetokenException(
                    file + " is no Parquet file that can be read (" + e.getMessage()
                            + "). Get it again, or give the data as JSON lines or as Parquet that is compressed by snappy, gzip or"
                            + " not at all.",
                    e);
        }
    }

    private static ObjectNode record(FieldAccessor from, List<String> names) {
        ObjectNode record = NODES.objectNode();
        for (String name : names) {
            record.set(name, from.isNull(name) ? NODES.nullNode() : node(from.getValue(name)));
        }
        return record;
    }

    private static JsonNode node(@Nullable Object value) {
        if (value instanceof PqStruct struct) {
            List<String> names = java.util.stream.IntStream.range(0, struct.getFieldCount())
                    .mapToObj(struct::getFieldName)
                    .toList();
            return record(struct, names);
        }
        if (value instanceof PqList list) {
            ArrayNode array = NODES.arrayNode(list.size());
            for (int i = 0; i < list.size(); i++) {
                array.add(list.isNull(i) ? NODES.nullNode() : node(list.get(i)));
            }
            return array;
        }
        return value == null ? NODES.nullNode() : NODES.textNode(String.valueOf(value));
    }
}
