package org.foretoken.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** The import rules of the design, for the rooms (packages with their sub-packages) under a root package. */
record Rules(String root) {
    /** From the top down; a room imports from lower lines only, never from its own. */
    private static final List<Set<String>> LEVELS = List.of(
            Set.of("app"),
            Set.of("ui", "cli"),
            Set.of("workbench"),
            Set.of("runs"),
            Set.of("eval", "bench", "train", "calibrate"),
            Set.of("generate"),
            Set.of("prefill"),
            Set.of("kvp"),
            Set.of("model"),
            Set.of("checkpoint", "text", "torch"));

    private static final int WORKBENCH = 2;

    private static final int RUNS = 3;

    /** Beside the levels: jobs, for those who run them, figures, for those who draw them, and the root's own few types, for all. */
    private static final String JOB = "job";

    private static final String FIGURE = "figure";

    private static final String ROOT = "";
    private static final Set<String> BESIDE = Set.of(ROOT, JOB, FIGURE);

    ArchRule everyPackageHasItsPlace() {
        return classes().should(new ArchCondition<>("live in a room of the design") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String room = room(type);
                boolean known = BESIDE.contains(room) || level(room) >= 0;
                events.add(new SimpleConditionEvent(type, known, type.getName() + " is in no room of the design"));
            }
        });
    }

    ArchRule importsGoDown() {
        return everyImport("go to a lower room", (from, to) -> {
            if (BESIDE.contains(to)) {
                return true; // root is below all; who may use jobs and figures are rules of their own
            }
            return !BESIDE.contains(from) && level(to) > level(from);
        });
    }

    ArchRule jobsAreForThoseWhoRunThem() {
        return everyImport(
                "leave jobs to workbench, ui, cli and app",
                (from, to) -> !to.equals(JOB) || (level(from) >= 0 && level(from) <= WORKBENCH));
    }

    ArchRule figuresAreForThoseWhoDrawThem() {
        return everyImport(
                "leave figures to runs, workbench, ui, cli and app",
                (from, to) -> !to.equals(FIGURE) || (level(from) >= 0 && level(from) <= RUNS));
    }

    ArchRule windowAndCommandLineSeePlainDataOnly() {
        return classes()
                .that()
                .resideInAnyPackage(rooms("ui", "cli"))
                .should(new ArchCondition<>("use nothing but records and enums from below the workbench") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (Dependency each : type.getDirectDependenciesFromSelf()) {
                            JavaClass target = each.getTargetClass().getBaseComponentType();
                            if (isOurs(target) && level(room(target)) > WORKBENCH) {
                                boolean plain = target.isRecord() || target.isEnum();
                                events.add(new SimpleConditionEvent(type, plain, each.getDescription()));
                            }
                        }
                    }
                });
    }

    ArchRule libtorchStaysInTheEngine() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms("torch", "checkpoint", "model", "kvp", "prefill", "generate", "calibrate", "train"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..");
    }

    ArchRule javaFxStaysInTheWindow() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(rooms("ui", "app"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("javafx..");
    }

    ArchRule onlyTheCommandLinePrints() {
        return noClasses().that().resideOutsideOfPackages(rooms("cli", "app")).should(ACCESS_STANDARD_STREAMS);
    }

    ArchRule nobodyLogsByJavaUtilLogging() {
        return noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");
    }

    ArchRule noCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    private ArchRule everyImport(String what, BiPredicate<String, String> allowed) {
        return classes().should(new ArchCondition<>("have imports that " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency each : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = each.getTargetClass().getBaseComponentType();
                    if (isOurs(target) && !room(target).equals(room(type))) {
                        boolean fine = allowed.test(room(type), room(target));
                        events.add(new SimpleConditionEvent(type, fine, each.getDescription()));
                    }
                }
            }
        });
    }

    private String[] rooms(String... names) {
        return Arrays.stream(names).map(name -> root + "." + name + "..").toArray(String[]::new);
    }

    private boolean isOurs(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(root + ".");
    }

    /** The first part of the package's name after the root. */
    private String room(JavaClass type) {
        String inside = type.getPackageName().substring(root.length());
        return inside.isEmpty()
                ? ROOT
                : Stream.of(inside.substring(1).split("\\.")).findFirst().orElseThrow();
    }

    /** Line of {@link #LEVELS}, -1 beside them. */
    private static int level(String room) {
        for (int i = 0; i < LEVELS.size(); i++) {
            if (LEVELS.get(i).contains(room)) {
                return i;
            }
        }
        return -1;
    }
}
