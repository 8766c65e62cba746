package org.foretoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The program keeps the design's rules, and each rule finds the class in {@code fixture} that breaks it, and no other. */
class ArchitectureTest {
    private static final String FIXTURE = "org.foretoken.architecture.fixture";

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.foretoken");
    private static final JavaClasses BREAKING = new ClassFileImporter().importPackages(FIXTURE);

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("every package has its place", Rules::everyPackageHasItsPlace, "misc.Homeless"),
                rule("imports go down", Rules::importsGoDown, "model.ImportsUp", "text.ImportsSibling"),
                rule("jobs are for those who run them", Rules::jobsAreForThoseWhoRunThem, "generate.ImportsJob"),
                rule("figures are for those who draw them", Rules::figuresAreForThoseWhoDrawThem, "bench.DrawsFigures"),
                rule(
                        "window and command line see plain data only",
                        Rules::windowAndCommandLineSeePlainDataOnly,
                        "cli.ImportsEngine"),
                rule("libtorch stays in the engine", Rules::libtorchStaysInTheEngine, "bench.ImportsLibtorch"),
                rule("JavaFX stays in the window", Rules::javaFxStaysInTheWindow, "workbench.ImportsJavaFx"),
                rule("only the command line prints", Rules::onlyTheCommandLinePrints, "eval.Prints"),
                rule("nobody logs by java.util.logging", Rules::nobodyLogsByJavaUtilLogging, "runs.LogsByJul"));
    }

    private static Arguments rule(String name, Function<Rules, ArchRule> rule, String... breakers) {
        return arguments(name, rule, List.of(breakers));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theProgramKeepsTheRule(String name, Function<Rules, ArchRule> rule, List<String> breakers) {
        rule.apply(new Rules("org.foretoken")).check(PROGRAM);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theRuleFindsWhoBreaksIt(String name, Function<Rules, ArchRule> rule, List<String> breakers) {
        List<String> found = details(rule);
        assertThat(found).hasSize(breakers.size());
        for (String breaker : breakers) {
            assertThat(found).anySatisfy(detail -> assertThat(detail).contains(FIXTURE + "." + breaker));
        }
    }

    private static List<String> details(Function<Rules, ArchRule> rule) {
        return rule.apply(new Rules(FIXTURE))
                .evaluate(BREAKING)
                .getFailureReport()
                .getDetails();
    }

    @Test
    void packagesDoNotImportEachOtherInCircles() {
        new Rules("org.foretoken").noCycles().check(PROGRAM);
        assertThat(details(Rules::noCycles))
                .anySatisfy(detail -> assertThat(detail).contains("ui.there").contains("ui.back"));
    }

    @Test
    void theProgramWasRead() {
        assertThat(PROGRAM.contain("org.foretoken.app.Main")).isTrue();
        assertThat(PROGRAM.contain(FIXTURE + ".misc.Homeless")).isFalse();
    }
}
