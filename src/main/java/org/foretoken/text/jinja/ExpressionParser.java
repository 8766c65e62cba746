package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foretoken.text.jinja.Token.Kind;

/** Expressions, with Jinja's precedence: if-else, or, and, not, comparisons, + and -, ~, * and /, **, signs, filters and tests, calls and brackets. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
    private static final Set<String> NOT_AN_ARGUMENT = Set.of("else", "or", "and", "if", "is", "in", "not");

    private final TokenReader tokens;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /** An expression; several with commas between them are a tuple. */
    Expression tupleOrExpression() {
        Expression first = expression();
        if (!tokens.isNext(",")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skip(",") && !tokens.isNext(")") && tokens.peek().kind() != Kind.TAG) {
            parts.add(expression());
        }
        return scope -> new Tuple(CallArguments.values(parts, scope));
    }

    Expression expression() {
        tokens.enter();
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression yes = value;
            Expression condition = or();
            Expression no = tokens.skipName("else") ? expression() : scope -> new Undefined("the else of an if");
            value = scope -> Values.isTrue(condition.value(scope)) ? yes.value(scope) : no.value(scope);
        }
        tokens.leave();
        return value;
    }

    /** As {@link #expression} but without if, which belongs to the loop it stands in. */
    Expression or() {
        Expression value = and();
        while (tokens.skipName("or")) {
            Expression left = value;
            Expression right = and();
            value = scope -> {
                Object first = left.value(scope);
                return Values.isTrue(first) ? first : right.value(scope);
            };
        }
        return value;
    }

    private Expression and() {
        Expression value = not();
        while (tokens.skipName("and")) {
            Expression left = value;
            Expression right = not();
            value = scope -> {
                Object first = left.value(scope);
                return Values.isTrue(first) ? right.value(scope) : first;
            };
        }
        return value;
    }

    private Expression not() {
        if (tokens.skipName("not")) {
            tokens.enter();
            Expression value = not();
            tokens.leave();
            return scope -> !Values.isTrue(value.value(scope));
        }
        return comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        while (true) {
            if (tokens.peek().kind() == Kind.OPERATOR
                    && COMPARISONS.contains(tokens.peek().text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (tokens.isNextName("not") && tokens.peek(1).is(Kind.NAME, "in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            others.add(sum());
        }
        if (others.isEmpty()) {
            return first;
        }
        return scope -> {
            Object left = first.value(scope);
            for (int i = 0; i < others.size(); i++) {
                Object right = others.get(i).value(scope);
                if (!Values.isTrue(Operators.apply(operators.get(i), left, right, scope.budget))) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private static Expression binary(String operator, Expression left, Expression right) {
        return scope -> Operators.apply(operator, left.value(scope), right.value(scope), scope.budget);
    }

    private Expression sum() {
        Expression value = concatenation();
        while (tokens.isNext("+") || tokens.isNext("-")) {
            value = binary(tokens.next().text(), value, concatenation());
        }
        return value;
    }

    private Expression concatenation() {
        Expression value = product();
        while (tokens.isNext("~")) {
            value = binary(tokens.next().text(), value, product());
        }
        return value;
    }

    private Expression product() {
        Expression value = power();
        while (tokens.peek().kind() == Kind.OPERATOR
                && PRODUCTS.contains(tokens.peek().text())) {
            value = binary(tokens.next().text(), value, power());
        }
        return value;
    }

    private Expression power() {
        Expression value = signed(true);
        while (tokens.isNext("**")) {
            value = binary(tokens.next().text(), value, signed(true));
        }
        return value;
    }

    private Expression signed(boolean withFilters) {
        Expression value;
        if (tokens.skip("-")) {
            tokens.enter();
            Expression positive = signed(false);
            tokens.leave();
            value = scope -> Operators.negate(positive.value(scope));
        } else if (tokens.skip("+")) {
            tokens.enter();
            value = signed(false);
            tokens.leave();
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filtersAndTests(value) : value;
    }

    private Expression primary() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> name(tokens.next().text());
            case STRING -> {
                StringBuilder text = new StringBuilder();
                while (tokens.peek().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                yield constant(text.toString());
            }
            case INTEGER, FLOAT -> number(tokens.next());
            default -> bracketed();
        };
    }

    private static Expression number(Token token) {
        try {
            return constant(
                    token.kind() == Kind.INTEGER
                            ? (Object) Long.valueOf(token.text())
                            : (Object) Double.valueOf(token.text()));
        } catch (NumberFormatException e) {
            throw new JinjaException("line " + token.line() + ": the number " + token.text() + " is too large");
        }
    }

    private static Expression constant(Object value) {
        return scope -> value;
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> constant(true);
            case "false", "False" -> constant(false);
            case "none", "None" -> constant(None.NONE);
            default ->
                scope -> {
                    scope.budget.step();
                    return scope.get(name);
                };
        };
    }

    private Expression bracketed() {
        if (tokens.skip("(")) {
            if (tokens.skip(")")) {
                return constant(new Tuple(List.of()));
            }
            Expression value = tupleOrExpression();
            tokens.expect(Kind.OPERATOR, ")");
            return value;
        } else if (tokens.skip("[")) {
            List<Expression> entries = new ArrayList<>();
            while (!tokens.skip("]")) {
                entries.add(expression());
                if (!tokens.isNext("]")) {
                    tokens.expect(Kind.OPERATOR, ",");
                }
            }
            return scope -> CallArguments.values(entries, scope);
        } else if (tokens.skip("{")) {
            return mapping();
        }
        throw tokens.unexpected("a value");
    }

    private Expression mapping() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> entries = new ArrayList<>();
        while (!tokens.skip("}")) {
            keys.add(expression());
            tokens.expect(Kind.OPERATOR, ":");
            entries.add(expression());
            if (!tokens.isNext("}")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return scope -> {
            scope.budget.made(keys.size());
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).value(scope);
                if (!(key instanceof String || Values.isNumeric(key) || key == None.NONE)) {
                    throw new JinjaException(Values.typeName(key) + " cannot be the key of a mapping");
                }
                map.put(key, entries.get(i).value(scope));
            }
            return map;
        };
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Expression base = value;
            if (tokens.skip(".")) {
                Token name = tokens.next();
                if (name.kind() != Kind.NAME && name.kind() != Kind.INTEGER) {
                    throw new JinjaException(
                            "line " + name.line() + ": '" + name.text() + "' stands where a name is needed");
                }
                value = name.kind() == Kind.NAME
                        ? scope -> Attributes.dot(base.value(scope), name.text(), scope.budget)
                        : scope -> Attributes.bracket(base.value(scope), Long.valueOf(name.text()), scope.budget);
            } else if (tokens.skip("[")) {
                value = subscript(base);
            } else if (tokens.isNext("(")) {
                value = call(base);
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression base) {
        Expression[] bounds = {constant(None.NONE), constant(None.NONE), constant(None.NONE)};
        int colons = 0;
        boolean given = false;
        while (!tokens.skip("]")) {
            if (tokens.skip(":") && ++colons <= 2) {
                given = false;
            } else if (!given && colons <= 2) {
                bounds[colons] = expression();
                given = true;
            } else {
                throw tokens.unexpected("']'");
            }
        }
        if (colons > 0) {
            return scope -> Attributes.slice(
                    base.value(scope),
                    bounds[0].value(scope),
                    bounds[1].value(scope),
                    bounds[2].value(scope),
                    scope.budget);
        }
        if (!given) {
            throw tokens.unexpected("an index before ']'");
        }
        return scope -> Attributes.bracket(base.value(scope), bounds[0].value(scope), scope.budget);
    }

    private Expression call(Expression function) {
        CallArguments arguments = arguments();
        return scope -> {
            Object called = function.value(scope);
            if (called instanceof Callable callable) {
                scope.budget.step();
                return callable.call(arguments.of(List.of(), scope));
            }
            throw called instanceof Undefined undefined
                    ? undefined.used()
                    : new JinjaException(Values.typeName(called) + " is called like a function");
        };
    }

    private CallArguments arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        tokens.expect(Kind.OPERATOR, "(");
        while (!tokens.skip(")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.peek(1).is(Kind.OPERATOR, "=")) {
                String name = tokens.name();
                tokens.next();
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!tokens.isNext(")")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return new CallArguments(positional, named);
    }

    private Expression filtersAndTests(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skip("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.isNext("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    /** The filter whose name comes next, applied to a value. */
    Expression filter(Expression value) {
        Callable filter = Filters.named(tokens.name());
        CallArguments arguments = tokens.isNext("(") ? arguments() : new CallArguments(List.of(), Map.of());
        return scope -> {
            scope.budget.step();
            return filter.call(arguments.of(List.of(value.value(scope)), scope));
        };
    }

    private Expression test(Expression value) {
        boolean wanted = !tokens.skipName("not");
        Token token = tokens.next();
        if (token.kind() != Kind.NAME && token.kind() != Kind.OPERATOR) {
            throw new JinjaException("line " + token.line() + ": '" + token.text() + "' is no test");
        }
        List<Expression> arguments = new ArrayList<>();
        Token next = tokens.peek();
        if (tokens.isNext("(")) {
            arguments.addAll(arguments().positional());
        } else if (next.kind() == Kind.STRING
                || next.kind() == Kind.INTEGER
                || next.kind() == Kind.FLOAT
                || tokens.isNext("[")
                || (next.kind() == Kind.NAME && !NOT_AN_ARGUMENT.contains(next.text()))) {
            arguments.add(postfix(primary()));
        }
        return scope -> {
            scope.budget.step();
            return Tests.holds(token.text(), value.value(scope), CallArguments.values(arguments, scope), scope.budget)
                    == wanted;
        };
    }
}
