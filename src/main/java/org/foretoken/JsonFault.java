package org.foretoken;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;

/** What is wrong with a JSON text, for whoever wrote it: Jackson says it in names of Java. */
final class JsonFault {
    private JsonFault() {}

    /** In words that go into brackets, such as "layer_map[2] should be a whole number". */
    static String words(JacksonException fault) {
        if (fault instanceof UnrecognizedPropertyException unknown) {
            return "a field " + field(unknown) + " isn't known";
        }
        if (fault instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
            String field = field(mismatched);
            return (field.isEmpty() ? "it" : field) + " should be " + kind(mismatched.getTargetType());
        }
        return fault.getOriginalMessage()
                .replaceAll(", from `[^`]*`| \\(start marker at [^\\]]*]\\)|: enable `[^`]*` to allow", "");
    }

    private static String field(JsonMappingException fault) {
        StringBuilder field = new StringBuilder();
        for (JsonMappingException.Reference step : fault.getPath()) {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return field.toString();
    }

    private static String kind(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }
}
