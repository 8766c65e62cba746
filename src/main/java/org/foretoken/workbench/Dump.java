package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Generator;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Decoder;
import org.foretoken.prefill.PromptDump;

/** Writes what a model computes for a prompt to a safetensors file, so that anyone can check a number. Runs on the engine thread. */
public final class Dump {
    private final Workbench workbench;

    public Dump(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Writes the tensors that {@link PromptDump} names.
     *
     * @param modelOrSetup a model, or a setup's folder
     * @param tokens the prompt
     * @param out the file, replaced if it exists
     */
    public void run(Path modelOrSetup, List<Integer> tokens, Path out, Progress progress) throws ForetokenException {
        Export.check(out, List.of(modelOrSetup));
        LoadedModels models = workbench.models();
        int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
        if (!SetupFile.isIn(modelOrSetup)) {
            Decoder model = models.model(modelOrSetup, progress).decoder();
            Generator.check(ids, model.config());
            PromptDump.write(model, null, ids, out);
            return;
        }
        LoadedModels.LoadedSetup loaded = models.setup(modelOrSetup, progress);
        if (!loaded.setup().canPredict()) {
            throw Generate.noPredictor(loaded.folder());
        }
        Generator.check(ids, loaded.base().decoder().config());
        PromptDump.write(loaded.base().decoder(), loaded.setup(), ids, out);
    }
}
