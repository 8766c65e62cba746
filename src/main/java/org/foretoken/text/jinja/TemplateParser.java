package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foretoken.text.jinja.Statement.Flow;
import org.foretoken.text.jinja.Token.Kind;

/** The statements of a template. */
final class TemplateParser {
    private final TokenReader tokens;
    private final ExpressionParser expressions;

    private TemplateParser(TokenReader tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
    }

    static Statement parse(String template) {
        TemplateParser parser = new TemplateParser(new TokenReader(Lexer.tokens(template)));
        Statement all = parser.until();
        if (parser.tokens.peek().kind() != Kind.END) {
            throw parser.tokens.unexpected("the end of the template");
        }
        return all;
    }

    /** Everything up to a statement of one of the names, which stays the next name to be read. */
    private Statement until(String... ends) {
        tokens.enter();
        List<Statement> parts = new ArrayList<>();
        while (tokens.peek().kind() != Kind.END) {
            Token token = tokens.next();
            if (token.kind() == Kind.DATA) {
                parts.add((scope, out) -> {
                    scope.budget.made(token.text().length());
                    out.append(token.text());
                    return Flow.ON;
                });
            } else if (token.is(Kind.TAG, "{{")) {
                parts.add(print());
            } else if (List.of(ends).contains(tokens.peek().text())) {
                tokens.leave();
                return Statement.all(parts);
            } else {
                parts.add(statement());
            }
        }
        if (ends.length > 0) {
            throw tokens.unexpected("{% " + ends[ends.length - 1] + " %}");
        }
        tokens.leave();
        return Statement.all(parts);
    }

    private Statement print() {
        Expression value = expressions.tupleOrExpression();
        tokens.expect(Kind.TAG, "}}");
        return (scope, out) -> {
            out.append(scope.budget.made(Values.text(value.value(scope), scope.budget)));
            return Flow.ON;
        };
    }

    private Statement statement() {
        Token token = tokens.peek();
        return switch (tokens.name()) {
            case "for" -> loop();
            case "if" -> condition();
            case "set" -> assignment();
            case "macro" -> macro();
            case "filter" -> filterBlock();
            case "generation" -> {
                // Marks the answer for training; renders as it is.
                endTag();
                Statement answer = until("endgeneration");
                end("endgeneration");
                yield answer;
            }
            case "break" -> {
                endTag();
                yield (scope, out) -> Flow.BREAK;
            }
            case "continue" -> {
                endTag();
                yield (scope, out) -> Flow.CONTINUE;
            }
            default ->
                throw new JinjaException(
                        "line " + token.line() + ": the statement '" + token.text() + "' is not supported");
        };
    }

    private void endTag() {
        tokens.expect(Kind.TAG, "%}");
    }

    private void end(String name) {
        tokens.expect(Kind.NAME, name);
        endTag();
    }

    private Statement condition() {
        Expression condition = expressions.tupleOrExpression();
        endTag();
        Statement yes = until("elif", "else", "endif");
        Statement no;
        if (tokens.skipName("elif")) {
            tokens.enter();
            no = condition();
            tokens.leave();
        } else if (tokens.skipName("else")) {
            endTag();
            no = until("endif");
            end("endif");
        } else {
            end("endif");
            no = (scope, out) -> Flow.ON;
        }
        return (scope, out) -> (Values.isTrue(condition.value(scope)) ? yes : no).run(scope, out);
    }

    /** The names of {@code for a, b in} and {@code set a, b =}. */
    private List<String> targets() {
        boolean parenthesis = tokens.skip("(");
        List<String> names = new ArrayList<>(List.of(tokens.name()));
        while (tokens.skip(",")) {
            names.add(tokens.name());
        }
        if (parenthesis) {
            tokens.expect(Kind.OPERATOR, ")");
        }
        return names;
    }

    private static void assign(List<String> names, Object value, Scope scope) {
        if (names.size() == 1) {
            scope.set(names.get(0), value);
            return;
        }
        List<Object> entries = Values.list(value);
        if (entries.size() != names.size()) {
            throw new JinjaException(names.size() + " names are to stand for " + entries.size() + " values");
        }
        for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), entries.get(i));
        }
    }

    private Statement loop() {
        List<String> names = targets();
        tokens.expect(Kind.NAME, "in");
        Expression iterable = expressions.or();
        Expression wanted = tokens.skipName("if") ? expressions.or() : scope -> true;
        if (tokens.isNextName("recursive")) {
            throw new JinjaException("line " + tokens.peek().line() + ": recursive loops are not supported");
        }
        endTag();
        Statement body = until("else", "endfor");
        Statement otherwise = (scope, out) -> Flow.ON;
        if (tokens.skipName("else")) {
            endTag();
            otherwise = until("endfor");
        }
        end("endfor");
        Statement empty = otherwise;
        return (scope, out) -> {
            List<Object> entries = new ArrayList<>();
            for (Object entry : Values.list(iterable.value(scope))) {
                Scope inner = new Scope(scope);
                assign(names, entry, inner);
                if (Values.isTrue(wanted.value(inner))) {
                    entries.add(entry);
                }
                scope.budget.step();
            }
            if (entries.isEmpty()) {
                return empty.run(scope, out);
            }
            for (int i = 0; i < entries.size(); i++) {
                Scope inner = new Scope(scope);
                inner.set("loop", new Loop(entries, i));
                assign(names, entries.get(i), inner);
                if (body.run(inner, out) == Flow.BREAK) {
                    break;
                }
            }
            return Flow.ON;
        };
    }

    private Statement assignment() {
        if (tokens.peek(1).is(Kind.OPERATOR, ".")) {
            String space = tokens.name();
            tokens.next();
            String name = tokens.name();
            tokens.expect(Kind.OPERATOR, "=");
            Expression value = expressions.tupleOrExpression();
            endTag();
            return (scope, out) -> {
                if (scope.get(space) instanceof Namespace namespace) {
                    namespace.set(name, value.value(scope));
                    return Flow.ON;
                }
                throw new JinjaException("'" + space + "' is no namespace, so its '" + name + "' cannot be set");
            };
        }
        List<String> names = targets();
        Expression value;
        if (tokens.skip("=")) {
            value = expressions.tupleOrExpression();
            endTag();
        } else {
            value = block("endset");
        }
        return (scope, out) -> {
            assign(names, value.value(scope), scope);
            return Flow.ON;
        };
    }

    /** What is written between here and the end, put through the filters that follow in this tag. */
    private Expression block(String end) {
        Statement[] body = new Statement[1];
        Expression text = scope -> {
            StringBuilder written = new StringBuilder();
            body[0].run(scope, written);
            return written.toString();
        };
        while (tokens.skip("|")) {
            text = expressions.filter(text);
        }
        endTag();
        body[0] = until(end);
        end(end);
        return text;
    }

    private Statement filterBlock() {
        Statement[] body = new Statement[1];
        Expression text = expressions.filter(scope -> {
            StringBuilder written = new StringBuilder();
            body[0].run(scope, written);
            return written.toString();
        });
        while (tokens.skip("|")) {
            text = expressions.filter(text);
        }
        endTag();
        body[0] = until("endfilter");
        end("endfilter");
        Expression filtered = text;
        return (scope, out) -> {
            out.append(Values.text(filtered.value(new Scope(scope)), scope.budget));
            return Flow.ON;
        };
    }

    private Statement macro() {
        String name = tokens.name();
        Map<String, Expression> parameters = new LinkedHashMap<>();
        tokens.expect(Kind.OPERATOR, "(");
        while (!tokens.skip(")")) {
            String parameter = tokens.name();
            Expression otherwise = scope -> new Undefined(parameter);
            parameters.put(parameter, tokens.skip("=") ? expressions.expression() : otherwise);
            if (!tokens.isNext(")")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        endTag();
        Statement body = until("endmacro");
        end("endmacro");
        return (scope, out) -> {
            scope.set(name, (Callable) arguments -> expand(name, parameters, body, scope, arguments));
            return Flow.ON;
        };
    }

    private static String expand(
            String name, Map<String, Expression> parameters, Statement body, Scope outer, Arguments arguments) {
        Map<String, Object> unused = new HashMap<>(arguments.named());
        unused.keySet().removeAll(parameters.keySet());
        if (arguments.count() > parameters.size() || !unused.isEmpty()) {
            throw new JinjaException("the macro '" + name + "' is called with arguments it does not take");
        }
        Scope scope = new Scope(outer);
        int position = 0;
        for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
            Object given = arguments.get(position++, parameter.getKey(), None.NONE);
            boolean missing = !arguments.has(position - 1, parameter.getKey());
            scope.set(parameter.getKey(), missing ? parameter.getValue().value(scope) : given);
        }
        scope.budget.enterCall();
        StringBuilder text = new StringBuilder();
        body.run(scope, text);
        scope.budget.leaveCall();
        return text.toString();
    }
}
