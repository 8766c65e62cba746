package org.foretoken.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One step of the paper's training, of auxiliary and predictor, against CoreNet: every loss, every gradient, every weight after AdamW. */
class TrainingGoldenTest {
    /** Our names of a layer's weights, and CoreNet's. */
    private static final Map<String, String> CORENET = Map.of(
            "attn_norm", "attn_norm.weight",
            "qkv", "attn.qkv_proj.weight",
            "q_norm", "attn.q_norm.weight",
            "k_norm", "attn.k_norm.weight",
            "out", "attn.out_proj.weight",
            "ffn_norm", "ffn_norm.weight",
            "gate_up", "ffn.proj_1.weight",
            "down", "ffn.proj_2.weight",
            "norm", "norm.weight",
            "embedding", "token_embeddings.weight");

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @Test
    void aStepIsCoreNets() throws Exception {
        check(Path.of("src/test/resources/golden/openelm-kvp-c"));
    }

    @Tag("shared")
    @ParameterizedTest
    @ValueSource(strings = {"openelm-kvp-lp", "openelm-kvp-crossed"})
    void aStepOfEveryPairIsCoreNets(String pair) throws Exception {
        check(Shared.path("golden/" + pair));
    }

    private static void check(Path folder) throws Exception {
        JsonNode pair = new ObjectMapper().readTree(folder.resolve("pair.json").toFile());
        List<Integer> links = new ArrayList<>();
        pair.path("layer_map").forEach(link -> links.add(link.intValue()));
        try (StoredModel storedBase = StoredModel.open(folder.resolve("base"));
                StoredModel storedAuxiliary = StoredModel.open(folder.resolve("auxiliary"));
                Decoder base = storedBase.load(Kernel.F32, Progress.NONE);
                Decoder auxiliary = storedAuxiliary.load(Kernel.F32, Progress.NONE);
                Setup setup = new Setup(base, auxiliary, null, new LayerMap(links), Source.KV);
                PredictorWeights weights = PredictorWeights.read(
                        folder.resolve("predictor.safetensors"),
                        base.config(),
                        setup.predictedLayers(),
                        setup.predictedLayers().stream().map(setup::inputWidth).toList());
                SafetensorsFile golden = SafetensorsFile.open(folder.resolve("training-step.safetensors"));
                PointerScope scope = new PointerScope()) {
            Step step = new Step(golden);
            Batch batch = step.batch();
            LossWeights loss = LossWeights.paper(base.config().layers().size(), true);
            try (KvPrediction objective = new KvPrediction(
                            new PredictedPass(
                                    setup,
                                    new FrozenBase(setup.base(), storedBase, 0),
                                    DifferentiableDecoder.trainable(
                                            storedAuxiliary,
                                            LayerMap.identity(storedAuxiliary
                                                            .config()
                                                            .layers()
                                                            .size())
                                                    .links(),
                                            ScalarType.Float),
                                    TrainablePredictor.from(setup, weights),
                                    false),
                            loss,
                            false,
                            0);
                    AdamW adam = new AdamW(new AdamW.Settings(0.9, 0.95, 1e-8, 0.1, 1.0), objective.parameters())) {
                LossSums sums = new LossSums(objective.layers());
                objective.backward(batch, new Objective.Whole(batch.counted(), batch.predicted()), sums);
                step.checkLosses(sums.means(), batch, storedBase.config().vocabulary());
                objective.parameters().forEach((name, tensor) -> {
                    if (tensor.grad().defined()) {
                        step.checkClose("grad." + coreNet(name), tensor.grad(), 1e-4);
                    } else {
                        assertThat(name).as("has no gradient").isEmpty();
                    }
                });
                double norm = adam.gradientNorm();
                assertThat(norm).isCloseTo(step.number("grad_norm"), within(1e-4));
                adam.step(norm, 1, 1e-3);
                objective.parameters().forEach((name, tensor) -> step.checkStepped(coreNet(name), tensor));
            }
        }
    }

    private static String coreNet(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return name.startsWith("predicter.")
                ? name
                : name.substring(0, name.length() - last.length()) + CORENET.get(last);
    }

    /** The reference's tensors. */
    private record Step(SafetensorsFile file) {
        Batch batch() {
            Tensor ids = tensor("input_ids");
            int[] tokens = ints(ids);
            return new Batch(
                    (int) ids.size(0), (int) ids.size(1), tokens, ints(tensor("targets")), new int[tokens.length], 0);
        }

        private static int[] ints(Tensor tensor) {
            float[] floats = Tensors.floats(tensor);
            int[] ints = new int[floats.length];
            for (int i = 0; i < ints.length; i++) {
                ints[i] = (int) floats[i];
            }
            return ints;
        }

        Tensor tensor(String name) {
            try {
                return file.weights().tensor(name);
            } catch (ForetokenException e) {
                throw new AssertionError(e);
            }
        }

        double number(String name) {
            return tensor(name).item_double();
        }

        void checkLosses(Losses means, Batch batch, int vocabulary) {
            assertThat(means.base()).isCloseTo(number("loss.base_loss"), within(1e-5));
            assertThat(means.auxiliary()).isCloseTo(number("loss.auxiliary_loss"), within(1e-5));
            // CoreNet's z-loss sets the logits of padding to 0 and counts log² V for them: a constant without gradient,
            // left out here
            double logV = Math.log(vocabulary);
            int padding = batch.tokens().length - batch.predicted();
            double constant = 1e-4 * padding * logV * logV / batch.predicted();
            assertThat(1e-4 * means.baseZ() + constant).isCloseTo(number("loss.z_loss_base"), within(1e-5));
            assertThat(1e-4 * means.auxiliaryZ() + constant).isCloseTo(number("loss.z_loss_auxiliary"), within(1e-5));
            for (int i = 0; i < means.keys().size(); i++) {
                assertThat(means.keys().get(i)).isCloseTo(number("loss.k_loss/" + i), within(1e-5));
                assertThat(means.values().get(i)).isCloseTo(number("loss.v_loss/" + i), within(1e-5));
            }
        }

        /** Adam's first step is the gradient's sign: where that gradient is all but zero, rounding decides it. */
        void checkStepped(String name, Tensor found) {
            Tensor clear = tensor("grad." + name).abs().gt(new Scalar(1e-5));
            Tensor difference = found.sub(tensor("after_step." + name)).mul(clear);
            assertThat(difference.abs().max().item_double()).as(name).isLessThan(2e-6);
            assertThat(clear.sum().item_double()).as(name).isGreaterThan(0.7 * found.numel());
        }

        void checkClose(String name, Tensor found, double tolerance) {
            Tensor expected = tensor(name);
            double most = found.sub(expected).abs().max().item_double();
            double scale = Math.max(1e-3, expected.abs().max().item_double());
            assertThat(most / scale).as(name).isLessThan(tolerance);
        }
    }
}
