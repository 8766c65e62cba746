package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.text.jinja.Token.Kind;

/**
 * Cuts a template into tokens, with the white space settings of Hugging Face: {@code trim_blocks} (the line end after a statement or comment goes),
 * {@code lstrip_blocks} (so does the indentation before one), and no line end at the end of the template.
 */
final class Lexer {
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*([-+]?)%\\}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d_]*(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final List<String> LONG_OPERATORS = List.of("**", "//", "==", "!=", "<=", ">=");
    private static final String OPERATORS = "+-*/%~<>=()[]{},.:|";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    /** The line of {@code source[counted]}. */
    private int line = 1;

    private int counted;
    /** Whether white space before the next text goes: all of it ('-'), one line end ('n'), none (' '). */
    private char trim = ' ';

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String text = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int open = nextTag();
            if (open == source.length()) {
                data(open, ' ');
                break;
            }
            char kind = source.charAt(open + 1);
            char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
            boolean signed = sign == '-' || sign == '+';
            char before = sign == '-' ? '-' : kind != '{' && sign != '+' ? 'l' : ' ';
            data(open, before);
            if (kind == '#') {
                comment(open);
            } else if (!raw(open)) {
                at = open + (signed ? 3 : 2);
                add(Kind.TAG, kind == '{' ? "{{" : "{%");
                inside(kind == '{' ? "}}" : "%}");
            }
        }
        add(Kind.END, "the end of the template");
    }

    private int nextTag() {
        for (int i = at; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return source.length();
    }

    private void data(int end, char before) {
        int from = at;
        if (trim == '-') {
            while (from < end && isSpace(source.charAt(from))) {
                from++;
            }
        } else if (trim == 'n' && from < end && source.charAt(from) == '\n') {
            from++;
        }
        int to = end;
        if (before == '-') {
            while (to > from && isSpace(source.charAt(to - 1))) {
                to--;
            }
        } else if (before == 'l') {
            int indent = end;
            while (indent > from && isSpace(source.charAt(indent - 1)) && source.charAt(indent - 1) != '\n') {
                indent--;
            }
            // Only when nothing else stands before the tag on its line.
            if (indent == 0 || source.charAt(indent - 1) == '\n') {
                to = indent;
            }
        }
        if (to > from) {
            add(Kind.DATA, source.substring(from, to));
        }
        at = end;
        trim = ' ';
    }

    private void comment(int open) {
        int close = source.indexOf("#}", open + 2);
        if (close < 0) {
            throw error("a comment is not closed");
        }
        char sign = source.charAt(close - 1);
        trim = sign == '-' && close - 1 > open + 1 ? '-' : sign == '+' ? ' ' : 'n';
        at = close + 2;
    }

    private boolean raw(int open) {
        Matcher begin = RAW_BEGIN.matcher(source).region(open, source.length());
        if (!begin.lookingAt()) {
            return false;
        }
        Matcher end = RAW_END.matcher(source);
        if (!end.find(begin.end())) {
            throw error("{% raw %} is not closed");
        }
        at = begin.end();
        trim = afterBlock(begin.group(1));
        data(end.start(), end.group(1).equals("-") ? '-' : end.group(1).isEmpty() ? 'l' : ' ');
        at = end.end();
        trim = afterBlock(end.group(2));
        return true;
    }

    private static char afterBlock(String sign) {
        return sign.equals("-") ? '-' : sign.equals("+") ? ' ' : 'n';
    }

    /** The tokens of a tag up to its end. */
    private void inside(String close) {
        int braces = 0;
        while (true) {
            while (at < source.length() && isSpace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw error("a tag is not closed with " + close);
            }
            char c = source.charAt(at);
            boolean signed = (c == '-' || c == '+') && source.startsWith(close, at + 1);
            if (braces == 0 && (signed || source.startsWith(close, at))) {
                trim = signed && c == '-' ? '-' : close.equals("%}") && !signed ? 'n' : ' ';
                at += signed ? 3 : 2;
                add(Kind.TAG, close);
                return;
            }
            braces += c == '{' ? 1 : c == '}' ? -1 : 0;
            token(c);
        }
    }

    private void token(char c) {
        if (c == '\'' || c == '"') {
            string(c);
            return;
        }
        Matcher name = NAME.matcher(source).region(at, source.length());
        Matcher number = NUMBER.matcher(source).region(at, source.length());
        if (name.lookingAt()) {
            add(Kind.NAME, name.group());
            at = name.end();
        } else if (number.lookingAt()) {
            boolean whole = number.group(1) == null && number.group(2) == null;
            add(whole ? Kind.INTEGER : Kind.FLOAT, number.group().replace("_", ""));
            at = number.end();
        } else {
            String operator = String.valueOf(c);
            for (String candidate : LONG_OPERATORS) {
                if (source.startsWith(candidate, at)) {
                    operator = candidate;
                }
            }
            if (operator.length() == 1 && OPERATORS.indexOf(c) < 0) {
                throw error("'" + c + "' means nothing here");
            }
            add(Kind.OPERATOR, operator);
            at += operator.length();
        }
    }

    private void string(char quote) {
        StringBuilder text = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            char c = source.charAt(i++);
            if (c != '\\' || i == source.length()) {
                text.append(c);
            } else {
                i = escape(i, text);
            }
        }
        if (i >= source.length()) {
            throw error("a string is not closed");
        }
        add(Kind.STRING, text.toString());
        at = i + 1;
    }

    /** What follows a backslash at {@code i}, as in Python; returns the index after it. */
    private int escape(int i, StringBuilder text) {
        char c = source.charAt(i);
        int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits > 0) {
            try {
                text.appendCodePoint(Integer.parseInt(source.substring(i + 1, i + 1 + digits), 16));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw error("\\" + c + " is not followed by the number of a character");
            }
            return i + 1 + digits;
        }
        int known = "ntrabfv0\\'\"\n".indexOf(c);
        switch (known) {
            case -1 -> text.append('\\').append(c);
            case 11 -> {} // a backslash at the end of a line joins it with the next
            default -> text.append("\n\t\r\u0007\b\f\u000B\0\\'\"".charAt(known));
        }
        return i + 1;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == '\u00A0' || c == '\u0085' || Character.isWhitespace(c);
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        for (; counted < Math.min(at, source.length()); counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    private JinjaException error(String what) {
        return new JinjaException("line " + line() + ": " + what);
    }
}
