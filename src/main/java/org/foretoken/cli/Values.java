package org.foretoken.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.Source;
import org.foretoken.runs.RunRecord;
import org.foretoken.text.corpus.Packing;
import org.foretoken.torch.Kernel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values of options, from text. What they throw is the end of picocli's sentence "Invalid value for option '--x': ". */
final class Values {
    /** A constant by its name in small letters, with hyphens. */
    static <E extends Enum<E>> E constant(Class<E> type, String text) {
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        int at = known.indexOf(text.toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw new TypeConversionException("choose " + String.join(", ", known) + ", not '" + text + "'");
        }
        return type.getEnumConstants()[at];
    }

    private Values() {}

    /** A list in one argument; a record, so that picocli does not take the option for a repeatable one. */
    record Integers(List<Integer> list) {}

    /** {@code 1,2,3}, with spaces and brackets if one likes. */
    static final class OfIntegers implements ITypeConverter<Integers> {
        @Override
        public Integers convert(String value) {
            String list = value.strip();
            if (list.startsWith("[") && list.endsWith("]")) {
                list = list.substring(1, list.length() - 1);
            }
            List<Integer> numbers = new ArrayList<>();
            for (String item : list.split(",", -1)) {
                try {
                    numbers.add(Integer.parseUnsignedInt(item.strip()));
                } catch (NumberFormatException e) {
                    throw item.strip().matches("\\+?\\d+")
                            ? tooLarge(item)
                            : wrong(
                                    "'" + item.strip() + "' is no whole number from 0 on; write a list such as 0,2,4.",
                                    e);
                }
                if (numbers.getLast() < 0) {
                    throw tooLarge(item);
                }
            }
            return new Integers(List.copyOf(numbers));
        }
    }

    /** A file or folder; {@code .} is the one that this is run in. */
    static Path path(String value) {
        if (value.isBlank()) {
            throw new TypeConversionException("the path is empty.");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw wrong("'" + value + "' can't be a file's name in this locale: set LC_ALL=C.UTF-8.", e);
        }
    }

    /** A day. */
    static LocalDate day(String value) {
        try {
            return LocalDate.parse(value.strip());
        } catch (DateTimeParseException e) {
            throw wrong("'" + value + "' is no day; write one such as 2026-11-28.", e);
        }
    }

    /** A whole number from 1 on. */
    static final class AtLeastOne implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value.strip());
                if (number >= 1) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw value.strip().matches("\\+?\\d+")
                        ? tooLarge(value)
                        : wrong("'" + value + "' is no whole number.", e);
            }
            throw new TypeConversionException("'" + value + "' is less than 1.");
        }
    }

    /** A kernel by its label. */
    static final class OfKernel implements ITypeConverter<Kernel> {
        @Override
        public Kernel convert(String value) {
            try {
                return Kernel.of(value);
            } catch (ForetokenException e) {
                throw wrong(e.sentence(), e);
            }
        }
    }

    /** A predictor's source by its label. */
    static final class OfSource implements ITypeConverter<Source> {
        @Override
        public Source convert(String value) {
            try {
                return Source.of(value);
            } catch (ForetokenException e) {
                throw wrong(e.sentence(), e);
            }
        }
    }

    /** How documents become sequences. */
    static final class OfPacking implements ITypeConverter<Packing> {
        @Override
        public Packing convert(String value) {
            return constant(Packing.class, value);
        }
    }

    /** A kind of run record. */
    static final class OfKind implements ITypeConverter<RunRecord.Kind> {
        @Override
        public RunRecord.Kind convert(String value) {
            return constant(RunRecord.Kind.class, value);
        }
    }

    /** An arm by its key; the paper's abbreviation will do for KV prediction. */
    static final class OfArm implements ITypeConverter<Arm> {
        @Override
        public Arm convert(String value) {
            try {
                return value.strip().equalsIgnoreCase("kvp") ? Arm.KV_PREDICTION : Arm.of(value);
            } catch (ForetokenException e) {
                throw wrong(e.sentence(), e);
            }
        }
    }

    /** Arms in one argument. */
    record Arms(List<Arm> list) {}

    /** {@code base,kv,random:0.5} in any order. */
    static final class OfArms implements ITypeConverter<Arms> {
        @Override
        public Arms convert(String value) {
            List<Arm> arms = new ArrayList<>();
            for (String item : value.split(",", -1)) {
                Arm arm = new OfArm().convert(item);
                if (arms.contains(arm)) {
                    throw new TypeConversionException("'" + item.strip() + "' is named twice.");
                }
                arms.add(arm);
            }
            return new Arms(List.copyOf(arms));
        }
    }

    private static TypeConversionException tooLarge(String number) {
        return new TypeConversionException("'" + number.strip() + "' is too large.");
    }

    private static TypeConversionException wrong(String message, Exception cause) {
        return (TypeConversionException) new TypeConversionException(message).initCause(cause);
    }
}
