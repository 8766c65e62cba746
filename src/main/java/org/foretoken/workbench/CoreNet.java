package org.foretoken.workbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.CoreNetCheckpoint;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;

/** The way to Apple's CoreNet, which trains across machines, and back: https://github.com/apple/corenet. Both run on the engine thread. */
public final class CoreNet {
    /** Sizes of CoreNet's OpenELMs by layers and width. */
    private static final Map<List<Integer>, String> MODELS = Map.of(
            List.of(16, 1280), "OpenELM-270M",
            List.of(20, 1536), "OpenELM-450M",
            List.of(28, 2048), "OpenELM-1_1B",
            List.of(36, 3072), "OpenELM-3B");

    private final Workbench workbench;

    public CoreNet(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What was written.
     *
     * @param configuration for {@code corenet-train}
     * @param checkpoints of base and auxiliary under CoreNet's names; to be made torch files, as the configuration says
     */
    public record Exported(Path configuration, List<Path> checkpoints) {}

    /**
     * Writes the configuration that trains a setup with CoreNet, and the weights it begins with.
     *
     * @param out a folder, made where needed
     * @throws ForetokenException when CoreNet has no such models or no such predictor
     */
    public Exported export(Path setup, Path out, Progress progress) throws ForetokenException {
        workbench.models().start();
        SetupFile file = SetupFile.read(setup);
        if (Source.of(file.source()) != Source.KV) {
            throw new ForetokenException("CoreNet's predictor reads keys and values; this setup's source is "
                    + file.source() + ": calibrate it with --source kv first.");
        }
        try (StoredModel base = StoredModel.open(Path.of(file.base().path()));
                StoredModel auxiliary = StoredModel.open(auxiliary(file))) {
            List<Integer> kept = file.selectLayers() == null ? all(auxiliary) : file.selectLayers();
            String baseName = name(base.config(), all(base));
            String auxiliaryName = name(auxiliary.config(), kept);
            progress.report("Writing CoreNet's files", 0, 0);
            Files.createDirectories(out);
            Path baseFile = out.resolve("base.safetensors");
            Path auxiliaryFile = out.resolve("auxiliary.safetensors");
            CoreNetCheckpoint.write(base, all(base), baseFile);
            CoreNetCheckpoint.write(auxiliary, kept, auxiliaryFile);
            Path configuration = out.resolve("kv_prediction.yaml");
            String yaml = yaml(file.layerMap(), baseName, auxiliaryName, base.config());
            AtomicFile.write(configuration, yaml.getBytes(StandardCharsets.UTF_8));
            return new Exported(configuration, List.of(baseFile, auxiliaryFile));
        } catch (IOException e) {
            throw new ForetokenException(out + " can't be written: " + ForetokenException.reason(e), e);
        }
    }

    private static Path auxiliary(SetupFile file) {
        SetupFile.ModelReference own = file.auxiliary();
        return Path.of(own == null ? file.base().path() : own.path());
    }

    private static List<Integer> all(StoredModel stored) {
        return LayerMap.identity(stored.config().layers().size()).links();
    }

    /** CoreNet's name of a model, layer-pruned or whole. */
    static String name(DecoderConfig config, List<Integer> kept) throws ForetokenException {
        int layers = config.layers().size();
        String name = MODELS.get(List.of(layers, config.width()));
        if (name == null || !config.family().equals("OpenELM")) {
            throw new ForetokenException("CoreNet trains OpenELM 270M, 450M, 1.1B and 3B; this setup has a "
                    + config.family() + " of " + layers + " layers and width " + config.width() + ".");
        }
        if (kept.size() == layers) {
            return name;
        }
        for (double fraction : new double[] {0.25, 0.5, 0.75}) {
            boolean known = name.equals("OpenELM-1_1B") || name.equals("OpenELM-3B");
            if (known && PruneLayers.Keep.fraction(fraction, layers).layers().equals(kept)) {
                return String.format(Locale.ROOT, "%s-%.2fl", name, fraction);
            }
        }
        throw new ForetokenException("CoreNet has no " + name + " with layers " + kept
                + ": prune with --fraction 0.25, 0.5 or 0.75, or take a smaller model as the auxiliary.");
    }

    static String yaml(List<Integer> layerMap, String base, String auxiliary, DecoderConfig config) {
        String pruned = auxiliary.endsWith("l") ? "layer_pruned_general_gpt" : "general_gpt";
        return String.format(
                Locale.ROOT,
                """
                # Trains this setup with CoreNet, as the paper's own configurations do: corenet-train --common.config-file kv_prediction.yaml
                # Before that, make torch files of the two checkpoints beside it:
                #   python -c "import torch, safetensors.torch as s; [torch.save(s.load_file(f + '.safetensors'), f + '.pt') for f in ('base', 'auxiliary')]"
                # Yours to fill in: the text (dataset) and the tokenizer. Afterwards: foretoken import --corenet CHECKPOINT.pt --setup SETUP --out TRAINED
                common:
                  run_label: "train"
                  auto_resume: true
                  grad_clip: 1.0
                  mixed_precision: true
                  mixed_precision_dtype: "bfloat16"
                dataset:
                  category: "language_modeling"
                  name: "general_lm"
                  disable_val: true
                  train_batch_size0: 8
                  language_modeling:
                    sequence_length: %1$d
                    general_lm:
                      train_data_info: [{"file_name": "PATH/train-{file_id:05d}.jsonl", "text_key": "content", "file_id_range": [0, 1]}]
                text_tokenizer:
                  name: "sentence_piece"
                  sentence_piece:
                    append_sot_token: true
                    append_eot_token: true
                    model_path: "PATH/tokenizer.model"
                loss:
                  category: "language_modeling"
                  language_modeling:
                    name: "cross_entropy_for_kv_prediction"
                    cross_entropy_for_kv_prediction:
                      ignore_index: -1
                      use_z_loss: true
                      base_loss: 1.0
                      auxiliary_loss: 1.0
                      kv_loss: %2$s
                optim:
                  name: "adamw"
                  weight_decay: 0.1
                  no_decay_bn_filter_bias: true
                  adamw:
                    beta1: 0.9
                    beta2: 0.95
                    eps: 1.e-8
                scheduler:
                  is_iteration_based: true
                  max_iterations: 70000
                  name: cosine
                  warmup_init_lr: 1.e-06
                  warmup_iterations: 5000
                  cosine:
                    max_lr: 0.0012
                    min_lr: 0.00012
                model:
                  activation_checkpointing: true
                  freeze_modules: ["base.*"]
                  language_modeling:
                    name: "kv_prediction"
                    kv_prediction:
                      auxkv_num_layers_to_basekv_num_layers: %3$s
                      base_model:
                        - model:
                            language_modeling:
                              name: "general_gpt"
                              pretrained: "base.pt"
                              general_gpt:
                                model_name: "%4$s"
                      auxiliary_model:
                        - model:
                            language_modeling:
                              name: "%5$s"
                              pretrained: "auxiliary.pt"
                              %5$s:
                                model_name: "%6$s"
                    general_gpt:
                      model_name: "%4$s"
                      vocab_size: %7$d
                      max_context_length: %1$d
                      padding_index: 0
                stats:
                  train: ["loss"]
                  val: ["loss"]
                  checkpoint_metric: "loss.total_loss"
                  checkpoint_metric_max: false
                """,
                Math.min(2048, config.contextLength()),
                String.format(Locale.ROOT, "%.6f", 1.0 / layerMap.size()),
                layerMap,
                base,
                pruned,
                auxiliary,
                config.vocabulary());
    }

    /**
     * Takes a checkpoint that CoreNet trained into a setup of its own.
     *
     * @param checkpoint of the whole model, {@code auxiliary.} and {@code predicter.} in it; safetensors or torch
     * @param setup that was exported; it stays as it is
     * @param out the trained setup's folder, made by this
     */
    public SetupSummary take(Path checkpoint, Path setup, Path out, Progress progress) throws ForetokenException {
        SetupFile.checkNoneIn(out);
        workbench.models().start();
        progress.report("Reading CoreNet's checkpoint", 0, 0);
        SetupFile file = SetupFile.read(setup);
        try (StoredModel base = StoredModel.open(Path.of(file.base().path()));
                StoredModel stored = StoredModel.open(auxiliary(file))) {
            DecoderConfig config = file.selectLayers() == null
                    ? stored.config()
                    : stored.config().select(file.selectLayers());
            Path folder = out.resolve("auxiliary");
            CoreNetCheckpoint.take(
                    checkpoint,
                    base.config(),
                    config,
                    new LayerMap(file.layerMap()),
                    folder,
                    SetupFile.predictorIn(out));
            Pretrain.copyTokenizer(stored.path(), folder);
        }
        try (StoredModel auxiliary = StoredModel.open(out.resolve("auxiliary"))) {
            SetupFile.Origin origin = SetupFile.Origin.given(List.of(checkpoint.toString()));
            file.with(Source.KV, origin)
                    .withAuxiliary(PruneLayers.reference(auxiliary), origin)
                    .write(out);
        }
        return new OpenSetup(workbench).run(out);
    }
}
