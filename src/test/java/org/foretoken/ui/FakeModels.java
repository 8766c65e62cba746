package org.foretoken.ui;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.foretoken.workbench.ModelSummary;

/** Two models that were never there, in the words of those that inspect them. */
public final class FakeModels {
    public static final Path SMOL = Path.of("/models/SmolLM2-135M-Instruct.Q4_1.gguf");
    public static final Path ELM = Path.of("/models/OpenELM-270M");

    private FakeModels() {}

    public static ModelSummary smol() {
        return smol(true);
    }

    /** @param chosen whether the engine has run, and the kernel is known */
    static ModelSummary smol(boolean chosen) {
        LayerShape layer = new LayerShape(9, 3, 64, 1536, false);
        DecoderConfig config = new DecoderConfig(
                "Llama",
                49152,
                576,
                8192,
                1e-5,
                new Rope(100_000, null, List.of()),
                true,
                false,
                false,
                Collections.nCopies(30, layer));
        return new ModelSummary(
                "SmolLM2-135M-Instruct",
                SMOL,
                "GGUF",
                config,
                "Q4_1",
                98_000_000,
                Optional.of("byte-level BPE, 49,152 tokens"),
                Optional.of("a1b2c3"),
                true,
                "f00d",
                new ModelSummary.MemoryNeed("bf16", chosen, 212_000_000, 106_000_000, 56_600_000, 23_040),
                List.of());
    }

    public static ModelSummary elm() {
        List<LayerShape> layers = IntStream.range(0, 16)
                .mapToObj(i -> new LayerShape(12 + i / 4 * 4 / 2, 3 + i / 4, 64, 768 + 256 * i, true))
                .toList();
        DecoderConfig config = new DecoderConfig(
                "OpenELM", 32000, 1280, 2048, 1e-6, new Rope(10_000, null, List.of()), true, false, false, layers);
        return new ModelSummary(
                "OpenELM-270M",
                ELM,
                "Hub folder",
                config,
                "BF16",
                543_000_000,
                Optional.empty(),
                Optional.empty(),
                false,
                "beef",
                new ModelSummary.MemoryNeed("bf16", true, 460_000_000, 0, 82_000_000, 40_960),
                List.of());
    }
}
