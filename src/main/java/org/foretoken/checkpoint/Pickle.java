package org.foretoken.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle of a {@code torch.save}d state without executing anything: a pickle is a program, of which only those steps are known that put dictionaries,
 * lists, numbers, strings and tensors together. Whatever else one asks for is refused by name.
 */
final class Pickle {
    /** A Python object that isn't plain data, by module and name. */
    record Global(String name) {}

    /**
     * A storage of the archive.
     *
     * @param type such as "FloatStorage"
     * @param key the entry's name under {@code data/}
     * @param elements in it
     */
    record Storage(String type, String key, long elements) {}

    /** A view of a storage; offset and strides in elements. */
    record Strided(Storage storage, long offset, List<Long> shape, List<Long> strides) {}

    private static final Object MARK = new Object();
    private static final Object NONE = new Object();
    private static final int DEEPEST = 1 << 20;

    private final ByteBuffer in;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Pickle(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What can't be read, in a few words that follow "its pickle". */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String what) {
            super(what);
        }
    }

    /** Dictionaries as maps, lists and tuples as lists, whole numbers as longs, tensors as {@link Strided}. */
    static Object read(byte[] bytes) throws Unreadable {
        try {
            return new Pickle(bytes).run();
        } catch (RuntimeException e) {
            // a stack that is empty, a cast of something else, the end of the bytes: all say the same
            throw new Unreadable("isn't one that torch.save writes");
        }
    }

    private Object run() throws Unreadable {
        while (true) {
            int op = in.get() & 0xff;
            if (op == '.') {
                return pop();
            }
            step(op);
            if (stack.size() > DEEPEST) {
                throw new Unreadable("is deeper than any state");
            }
        }
    }

    private void step(int op) throws Unreadable {
        switch (op) {
            case 0x80 -> in.get(); // PROTO
            case 0x95 -> in.getLong(); // FRAME
            case '}' -> push(new LinkedHashMap<>());
            case ']', ')' -> push(new ArrayList<>());
            case '(' -> push(MARK);
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) (in.get() & 0xff));
            case 'M' -> push((long) (in.getShort() & 0xffff));
            case 'J' -> push((long) in.getInt());
            case 0x8a -> push(whole());
            case 'G' -> push(in.duplicate().order(ByteOrder.BIG_ENDIAN).getDouble(skip(8)));
            case 'X' -> push(text(in.getInt()));
            case 0x8c -> push(text(in.get() & 0xff));
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(known(in.get() & 0xff));
            case 'j' -> push(known(in.getInt()));
            case 'c' -> push(new Global(line() + "." + line()));
            case 0x93 -> {
                String name = (String) pop();
                push(new Global((String) pop() + "." + name));
            }
            case 't' -> push(sinceMark());
            case 0x85, 0x86, 0x87 -> push(last(op - 0x84));
            case 'Q' -> push(storage((List<?>) pop()));
            case 'R' -> {
                List<?> arguments = (List<?>) pop();
                push(called((Global) pop(), arguments));
            }
            case 's', 'u' -> {
                List<Object> items = op == 's' ? last(2) : sinceMark();
                for (int i = 0; i < items.size(); i += 2) {
                    // nor would Python hash it; one that holds itself has no hash at all
                    if (items.get(i) instanceof List || items.get(i) instanceof Map) {
                        throw new Unreadable("has a key that is no name or number");
                    }
                    dictionary(top()).put(items.get(i), items.get(i + 1));
                }
            }
            case 'a', 'e' -> {
                List<Object> items = op == 'a' ? last(1) : sinceMark();
                list(top()).addAll(items);
            }
            case 'b' -> pop(); // BUILD: attributes of a dictionary, such as _metadata, are of no use here
            default -> throw new Unreadable(String.format("has a step 0x%02x that plain weights don't need", op));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> dictionary(Object object) {
        return (Map<Object, Object>) object;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object object) {
        return (List<Object>) object;
    }

    private static Object called(Global what, List<?> arguments) throws Unreadable {
        return switch (what.name()) {
            case "collections.OrderedDict" -> new LinkedHashMap<>();
            case "torch._utils._rebuild_tensor_v2" ->
                new Strided(
                        (Storage) arguments.get(0),
                        (Long) arguments.get(1),
                        longs((List<?>) arguments.get(2)),
                        longs((List<?>) arguments.get(3)));
            case "torch._utils._rebuild_parameter" -> arguments.get(0);
            default -> throw new Unreadable("calls " + FileFault.shown(what.name()) + ", which is not executed");
        };
    }

    private static Storage storage(List<?> id) {
        String type = ((Global) id.get(1)).name();
        return new Storage(type.substring(type.lastIndexOf('.') + 1), (String) id.get(2), (Long) id.get(4));
    }

    private static List<Long> longs(List<?> numbers) {
        return numbers.stream().map(number -> (Long) number).toList();
    }

    private void push(Object object) {
        stack.add(object);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object known(int index) {
        Object found = memo.get(index);
        if (found == null) {
            throw new IllegalStateException("no memo " + index);
        }
        return found;
    }

    private List<Object> last(int count) {
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }

    private List<Object> sinceMark() {
        List<Object> items = last(stack.size() - 1 - stack.lastIndexOf(MARK));
        pop();
        return items;
    }

    private int skip(int bytes) {
        int at = in.position();
        in.position(at + bytes);
        return at;
    }

    /** LONG1: little-endian, as few bytes as it takes. */
    private long whole() {
        int length = in.get() & 0xff;
        long value = 0;
        for (int i = 0; i < length; i++) {
            long digit = i == length - 1 ? in.get() : in.get() & 0xff;
            value |= digit << (8 * i);
        }
        if (length > 8) {
            throw new ArithmeticException("a number of " + length + " bytes");
        }
        return value;
    }

    private String text(int length) {
        byte[] bytes = new byte[Math.min(length, in.remaining() + 1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte next = in.get(); next != '\n'; next = in.get()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
