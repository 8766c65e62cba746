package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.text.Tokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is one sentence that names the place and the way out. */
class BadInputTest {
    private static final Path PAIR = Path.of("src/test/resources/golden/openelm-kvp-c");

    @TempDir
    Path home;

    private Workbench workbench = new Workbench(Path.of(""));
    private Path base = PAIR;
    private Path setup = PAIR;

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
        base = home.resolve("base");
        copy(PAIR.resolve("base"), base);
        setup = home.resolve("setup");
        new PruneLayers(workbench).run(base, PruneLayers.Keep.first(2), setup);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private String failure(Path model, Arm arm, List<Integer> ids) {
        Generate.Request request = new Generate.Request(model, arm, Prompt.of(ids), Sampling.GREEDY, 4, List.of(), 0);
        ForetokenException e = catchThrowableOfType(
                ForetokenException.class,
                () -> workbench
                        .jobs()
                        .submit("test", progress -> new Generate(workbench).run(request, (id, text) -> {}, progress))
                        .await());
        return e.sentence();
    }

    @Test
    void aSetupOfOtherWeightsIsRefused() throws IOException {
        Path weights = base.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 2] ^= 1;
        Files.write(weights, bytes);
        assertThat(failure(setup, Arm.BASE, List.of(1, 2))).contains("another base", "hash", "make the setup again");
    }

    @Test
    void aSetupWithoutAPredictorSaysCalibrate() {
        assertThat(failure(setup, Arm.KV_PREDICTION, List.of(1, 2))).contains("no predictor yet", "calibrate");
    }

    @Test
    void aPredictorOfAnotherShapeIsRefused() throws Exception {
        SetupFile file = SetupFile.read(setup);
        file.with(Source.KV, SetupFile.Origin.given(List.of())).write(setup);
        Files.copy(PAIR.resolve("predictor.safetensors"), SetupFile.predictorIn(setup));
        assertThat(failure(setup, Arm.KV_PREDICTION, List.of(1, 2)))
                .contains("predictor.safetensors", "auxkv_to_basekv.key_transforms", "calls for", "calibrate again");
    }

    @Test
    void aPredictorThatIsGoneOrNoPredictorSaysCalibrate() throws Exception {
        SetupFile file = SetupFile.read(setup);
        file.with(Source.KV, SetupFile.Origin.given(List.of())).write(setup);
        assertThat(failure(setup, Arm.KV_PREDICTION, List.of(1, 2))).contains("predictor.safetensors", "calibrate");
        Files.copy(base.resolve("model.safetensors"), SetupFile.predictorIn(setup));
        assertThat(failure(setup, Arm.KV_PREDICTION, List.of(1, 2))).contains("has no tensor", "calibrate again");
    }

    /** The model isn't to blame. */
    @Test
    void aPredictorThatIsNoNumbersIsNamed() throws Exception {
        Path pair = home.resolve("pair");
        Path given = home.resolve("given.safetensors");
        byte[] bytes = Files.readAllBytes(PAIR.resolve("predictor.safetensors"));
        Files.write(given, bytes);
        new PairModels(workbench).run(base, PAIR.resolve("auxiliary"), List.of(0, 0, 1, 1), Optional.of(given), pair);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
        Files.write(SetupFile.predictorIn(pair), bytes);
        assertThat(failure(pair, Arm.KV_PREDICTION, List.of(1, 2)))
                .contains("predictor.safetensors", "base layer", "aren't finite", "calibrate again");
        String header = new String(bytes, StandardCharsets.ISO_8859_1);
        Files.writeString(
                SetupFile.predictorIn(pair), header.replace("\"F32\"", "\"I32\""), StandardCharsets.ISO_8859_1);
        assertThat(failure(pair, Arm.KV_PREDICTION, List.of(1, 2))).contains("is I32", "F32, F16 or BF16");
    }

    @Test
    void aSetupWhoseModelWasMovedSaysWhichNamesIt() throws Exception {
        Files.move(base, home.resolve("elsewhere"));
        assertThat(failure(setup, Arm.BASE, List.of(1, 2)))
                .contains("setup.json", "its base " + base, "doesn't exist", "put the model back");
    }

    @Test
    void promptsThatCannotBeRead() {
        assertThat(failure(setup, Arm.BASE, List.of())).contains("no tokenizer", "--tokens");
        assertThat(failure(setup, Arm.BASE, List.of(1, 128))).contains("token 128", "0 to 127");
        assertThat(failure(setup, Arm.BASE, Collections.nCopies(256, 1))).contains("256 tokens", "context holds 256");
    }

    @Test
    void weightsThatAreNoNumbersDoNotAnswer() throws IOException {
        Path weights = base.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        int header = 8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        Arrays.fill(bytes, header, bytes.length, (byte) 0xff);
        Files.write(weights, bytes);
        assertThat(failure(base, Arm.BASE, List.of(1, 2))).contains("no numbers (NaN)", "damaged");
    }

    @Test
    void aSetupThatIsNotThereIsNoModel() {
        assertThat(failure(home.resolve("nowhere"), Arm.KV_PREDICTION, List.of(1, 2)))
                .contains("nowhere doesn't exist");
    }

    @Test
    void aPromptMustFitTheAuxiliaryToo() throws Exception {
        Path small = home.resolve("small");
        copy(PAIR.resolve("auxiliary"), small);
        Path config = small.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceAll("\"max_context_length\": \\d+", "\"max_context_length\": 64"));
        Path pair = home.resolve("pair");
        new PairModels(workbench)
                .run(base, small, List.of(0, 0, 1, 1), Optional.of(PAIR.resolve("predictor.safetensors")), pair);
        assertThat(failure(pair, Arm.KV_PREDICTION, Collections.nCopies(100, 1)))
                .contains("100 tokens", "context holds 64");
    }

    @Test
    void layerMapsThatDoNotFit() {
        assertThatThrownBy(() -> pair(List.of(0, 0, 1)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("3 entries", "4 layers");
        assertThatThrownBy(() -> pair(List.of(0, 0, 1, 2)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("base layer 3", "auxiliary layer 2", "0 to 1");
        assertThat(home.resolve("pair")).doesNotExist();
    }

    private SetupSummary pair(List<Integer> map) throws ForetokenException {
        return new PairModels(workbench)
                .run(base, PAIR.resolve("auxiliary"), map, Optional.empty(), home.resolve("pair"));
    }

    @Test
    void aPairWhosePredictorCannotBeWrittenIsNoSetup() throws IOException {
        Path out = home.resolve("pair");
        Files.createDirectories(SetupFile.predictorIn(out));
        assertThatThrownBy(() -> new PairModels(workbench)
                        .run(
                                base,
                                PAIR.resolve("auxiliary"),
                                List.of(0, 0, 1, 1),
                                Optional.of(PAIR.resolve("predictor.safetensors")),
                                out))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("predictor.safetensors");
        assertThat(SetupFile.in(out)).doesNotExist();
    }

    @Test
    void layersThatCannotBeKept() {
        for (List<Integer> keep : List.of(List.<Integer>of(), List.of(0, 4), List.of(1, 0), List.of(-1))) {
            assertThatThrownBy(
                            () -> new PruneLayers(workbench).run(base, new PruneLayers.Keep(keep), home.resolve("x")))
                    .as("%s", keep)
                    .isInstanceOf(ForetokenException.class);
        }
        assertThat(home.resolve("x")).doesNotExist();
    }

    @Test
    void configurationsThatWouldChangeTheNumbers() throws IOException {
        Path config = base.resolve("config.json");
        String text = Files.readString(config);
        for (String[] change : new String[][] {
            {"\"OpenELMForCausalLM\"", "\"MambaForCausalLM\"", "MambaForCausalLM"},
            {"\"swish\"", "\"gelu\"", "activation_fn_name"},
            {"\"rms_norm\"", "\"layer_norm\"", "normalization_layer_name"},
            {"\"num_transformer_layers\": 4", "\"num_transformer_layers\": 5", "num_query_heads"},
            {"\"vocab_size\": 128", "\"vocab_size\": 129", "token_embeddings"},
            {"\"model_dim\": 64", "\"model_dim\": -64", "model_dim"},
        }) {
            assertThat(text).contains(change[0]);
            Files.writeString(config, text.replace(change[0], change[1]));
            assertThatThrownBy(() -> new InspectModel(workbench).run(base))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining(change[2]);
        }
    }

    @Test
    void aRopeScalingThatIsNoObjectIsNotPassedOver() throws IOException {
        Path model = home.resolve("rope");
        copy(Path.of("sample-models/wordnet-10m"), model);
        Path config = model.resolve("config.json");
        String text = Files.readString(config);
        for (String value : List.of("\"llama3\"", "[8]", "8")) {
            Files.writeString(config, text.replaceFirst("\\{", "{\"rope_scaling\": " + value + ","));
            assertThatThrownBy(() -> new InspectModel(workbench).run(model))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("config.json: rope_scaling = ", "must be an object");
        }
    }

    @Test
    void aPromptTooLongForTheTokenizerIsASentence() throws Exception {
        try (Tokenizer tokenizer = Tokenizer.ofFolder(Path.of("sample-models/wordnet-10m"))) {
            Prompt prompt = Prompt.of("a ".repeat(4_000_001));
            assertThatThrownBy(() -> Generate.encode(prompt, tokenizer, home))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessage("The prompt has 8,000,002 characters, more than the 8,000,000 that can be tokenized at"
                            + " once: shorten it.");
        }
    }

    @Test
    void setupFilesThatAreBroken() throws IOException {
        String text = Files.readString(SetupFile.in(setup));
        for (String[] change : new String[][] {
            {"\"format\" : 1", "\"format\" : 2", "format = 2"},
            {"\"tail\" : 1", "\"tail\" : 0", "tail = 0"},
            {"\"hidden\"", "\"magic\"", "setup.json: source = magic"},
            {"\"hidden\"", "null", "setup.json: source = null"},
            {"\"layer_map\" : [ 0, 1, 1, 1 ]", "\"layer_map\" : [ 0, 1 ]", "2 entries"},
            {"[ 0, 1, 1, 1 ]", "[ 0, 1, 1, 7 ]", "setup.json: The layer map feeds base layer 3"},
            {"\"select_layers\" : [ 0, 1 ]", "\"select_layers\" : [ 0, 9 ]", "layer 9"},
            {"{", "{ \"surprise\" : 1,", "surprise"},
            {"}", "", "setup.json"},
            {"\"format\" : 1,", "", "has no format"},
            {"\"tail\" : 1", "\"tail\" : 1.9", "tail should be a whole number"},
            {"\"tail\" : 1", "\"tail\" : \"2\"", "tail should be a whole number"},
            {"[ 0, 1, 1, 1 ]", "[ 0, 1.5, 1, 1 ]", "layer_map[1] should be a whole number"},
            {
                "\"tail\"",
                "\"predictor\": {\"method\": \"given\", \"tokens\": -5, \"text\": [], \"lambda\": 0}, \"tail\"",
                "tokens"
            },
            {
                "\"tail\"",
                "\"predictor\": {\"method\": \"given\", \"tokens\": 5, \"lambda\": 0}, \"tail\"",
                "a list of texts"
            },
            {"\"path\" : \"", "\"path\" : \"\\u0000", "has a path that is none"},
        }) {
            assertThat(text).contains(change[0]);
            Files.writeString(SetupFile.in(setup), text.replace(change[0], change[1]));
            assertThatThrownBy(() -> new OpenSetup(workbench).run(setup))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining(change[2]);
        }
    }

    @Test
    void aSetupFileThatIsNoTextSaysSo() throws IOException {
        Files.write(SetupFile.in(setup), new byte[] {'{', (byte) 0xe9, (byte) 0xff, '}'});
        assertThatThrownBy(() -> new OpenSetup(workbench).run(setup))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("setup.json", "not text in UTF-8");
    }

    /** The export's setup may have been edited since. */
    @Test
    void aCheckpointIsTakenIntoASetupOnlyWhereThatFits() throws IOException {
        String text = Files.readString(SetupFile.in(setup));
        for (String[] change : new String[][] {
            {"[ 0, 1, 1, 1 ]", "[ 0, 1, 1, 9 ]", "base layer 3"},
            {"[ 0, 1, 1, 1 ]", "[ 0, 1 ]", "2 entries"},
            {"\"select_layers\" : [ 0, 1 ]", "\"select_layers\" : [ 0, 9 ]", "layer 9"},
        }) {
            Files.writeString(SetupFile.in(setup), text.replace(change[0], change[1]));
            assertThatThrownBy(() -> new CoreNet(workbench)
                            .take(PAIR.resolve("predictor.safetensors"), setup, home.resolve("taken"), Progress.NONE))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("setup.json", change[2]);
        }
        assertThat(home.resolve("taken")).doesNotExist();
    }

    @Test
    void filesThatAreNotThere() {
        assertThatThrownBy(() -> new InspectModel(workbench).run(home.resolve("nowhere")))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new OpenSetup(workbench).run(home))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("setup.json");
    }
}
