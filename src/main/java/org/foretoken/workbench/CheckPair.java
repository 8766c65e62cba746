package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.ForetokenException;

/** Says whether two models can make a setup, and if not, why. */
public final class CheckPair {
    private final InspectModel inspect;

    public CheckPair(Workbench workbench) {
        this.inspect = new InspectModel(workbench);
    }

    /** The reasons why not, each a sentence; empty when the pair works. */
    public List<String> run(Path base, Path auxiliary) throws ForetokenException {
        return reasons(inspect.run(base), inspect.run(auxiliary));
    }

    static List<String> reasons(ModelSummary base, ModelSummary auxiliary) {
        List<String> reasons = new ArrayList<>();
        boolean bothTokenize = base.tokenizerFingerprint().isPresent()
                && auxiliary.tokenizerFingerprint().isPresent();
        if (bothTokenize && !base.tokenizerFingerprint().equals(auxiliary.tokenizerFingerprint())) {
            reasons.add("Their tokenizers differ (" + base.name() + ": "
                    + base.tokenizer().orElse("") + "; "
                    + auxiliary.name() + ": " + auxiliary.tokenizer().orElse("")
                    + "): the auxiliary must read the same tokens as the base; choose a model of the same family.");
        }
        if (!bothTokenize && base.config().vocabulary() != auxiliary.config().vocabulary()) {
            reasons.add(
                    "Their vocabularies differ (" + base.config().vocabulary() + " and "
                            + auxiliary.config().vocabulary()
                            + " tokens): the auxiliary must read the same tokens as the base; choose a model of the same family.");
        }
        if (auxiliary.config().contextLength() < base.config().contextLength() / 8) {
            reasons.add("The auxiliary's context holds " + auxiliary.config().contextLength()
                    + " tokens, the base's " + base.config().contextLength()
                    + ": longer prompts could not be predicted; choose an auxiliary with a longer context.");
        }
        return reasons;
    }
}
