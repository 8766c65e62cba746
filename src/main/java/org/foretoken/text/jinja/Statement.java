package org.foretoken.text.jinja;

import java.util.List;

/** A part of a template that writes, or changes what names stand for. */
@FunctionalInterface
interface Statement {
    /** Whether the loop around goes on, ends this round or ends. */
    enum Flow {
        ON,
        CONTINUE,
        BREAK
    }

    Flow run(Scope scope, StringBuilder out);

    static Statement all(List<Statement> parts) {
        List<Statement> body = List.copyOf(parts);
        return (scope, out) -> {
            for (Statement part : body) {
                scope.budget.step();
                Flow flow = part.run(scope, out);
                if (flow != Flow.ON) {
                    return flow;
                }
            }
            return Flow.ON;
        };
    }
}
