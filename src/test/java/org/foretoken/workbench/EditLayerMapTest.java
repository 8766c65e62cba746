package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.workbench.PruneLayers.Keep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the 5 layers of stories260K, layers 0, 2 and 4 as the auxiliary: layer 0 is shared. */
@Tag("shared")
class EditLayerMapTest {
    @TempDir
    private Path home;

    private Workbench workbench;
    private Path folder;

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}));
        folder = home.resolve("setup");
        run(() ->
                new PruneLayers(workbench).run(Shared.path("models/stories260K"), new Keep(List.of(0, 2, 4)), folder));
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private interface Work<T> {
        T run() throws ForetokenException;
    }

    private <T> T run(Work<T> work) throws ForetokenException {
        return workbench.jobs().submit("test", progress -> work.run()).await();
    }

    private Calibrate.Result calibrate(Source... sources) throws ForetokenException {
        return workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new Calibrate(workbench)
                                .run(
                                        new Calibrate.Request(
                                                folder,
                                                Optional.empty(),
                                                List.of(),
                                                List.of(sources),
                                                2048,
                                                OptionalDouble.empty()),
                                        progress))
                .await();
    }

    private LayerMapSheet sheet() throws ForetokenException {
        return new EditLayerMap(workbench).open(folder);
    }

    private LayerMapSheet save(LayerMapSheet sheet, List<Integer> links, Source source, int tail)
            throws ForetokenException {
        return run(() -> new EditLayerMap(workbench).save(sheet, links, source, tail));
    }

    private EditLayerMap.Fit fit(LayerMapSheet sheet, Integer... links) throws ForetokenException {
        return run(() -> new EditLayerMap(workbench).fit(sheet, List.of(links), Source.KV));
    }

    private String answer() throws ForetokenException {
        return answer(workbench);
    }

    private String answer(Workbench workbench) throws ForetokenException {
        Generate.Request request = new Generate.Request(
                folder, Arm.KV_PREDICTION, Prompt.of("Once upon a time"), Sampling.GREEDY, 60, List.of(), 0);
        return workbench
                .jobs()
                .submit("test", progress -> new Generate(workbench).run(request, (id, text) -> {}, progress))
                .await()
                .text();
    }

    @Test
    void anEditChangesTheSetupOnDiskAndItsAnswers() throws Exception {
        calibrate(Source.KV);
        String answer = answer();
        byte[] before = Files.readAllBytes(SetupFile.predictorIn(folder));
        LayerMapSheet saved = save(sheet(), List.of(0, 1, 1, 2, 2), Source.KV, 3);
        assertThat(saved.setup().layerMap()).containsExactly(0, 1, 1, 2, 2);
        SetupFile file = SetupFile.read(folder);
        assertThat(file.layerMap()).containsExactly(0, 1, 1, 2, 2);
        assertThat(file.tail()).isEqualTo(3);
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isNotEqualTo(before);
        // by the new predictor, as somebody finds it who opens the folder then, and not by what was in memory
        String edited = answer();
        assertThat(edited).isNotEqualTo(answer);
        try (Workbench other = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}))) {
            assertThat(answer(other)).isEqualTo(edited);
        }
    }

    /** One link after the other, the maps of the others kept, gives what one fit of the last map gives. */
    @Test
    void editsOneByOneLeadToTheSamePredictor() throws Exception {
        calibrate(Source.JOINT);
        LayerMapSheet sheet = sheet();
        sheet = save(sheet, List.of(0, 1, 1, 1, 2), Source.JOINT, 1);
        sheet = save(sheet, List.of(0, 1, 0, 1, 2), Source.JOINT, 1);
        save(sheet, List.of(0, 1, 0, 2, 2), Source.JOINT, 1);
        byte[] stepwise = Files.readAllBytes(SetupFile.predictorIn(folder));
        Files.delete(SetupFile.predictorIn(folder));
        SetupFile.read(folder).with(Source.JOINT, null).write(folder);
        save(sheet(), List.of(0, 1, 0, 2, 2), Source.JOINT, 1);
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(stepwise);
    }

    /** Edits are fitted and not written; going back costs nothing; what is saved is what a fit at saving gives. */
    @Test
    void editsAreFittedBeforeTheyAreSaved() throws Exception {
        calibrate(Source.KV);
        byte[] calibrated = Files.readAllBytes(SetupFile.predictorIn(folder));
        LayerMapSheet sheet = sheet(); // 0, 0, 1, 1, 2
        assertThat(fit(sheet, 0, 0, 1, 1, 2))
                .extracting(EditLayerMap.Fit::changed)
                .isEqualTo(0);
        EditLayerMap.Fit one = fit(sheet, 0, 1, 1, 1, 2);
        assertThat(one.changed()).isEqualTo(1);
        assertThat(one.fitted()).isEqualTo(1);
        assertThat(one.milliseconds()).isPositive();
        assertThat(fit(sheet, 0, 1, 1, 2, 2)).matches(fit -> fit.changed() == 2 && fit.fitted() == 1);
        assertThat(fit(sheet, 0, 1, 1, 1, 2)).matches(fit -> fit.changed() == 1 && fit.fitted() == 0);
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(calibrated);

        save(sheet, List.of(0, 1, 1, 1, 2), Source.KV, 1);
        byte[] fitted = Files.readAllBytes(SetupFile.predictorIn(folder));
        assertThat(fitted).isNotEqualTo(calibrated);
        save(sheet, List.of(0, 0, 1, 1, 2), Source.KV, 1);
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(calibrated);
        try (Workbench other = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}))) {
            other.jobs()
                    .submit(
                            "test",
                            progress -> new EditLayerMap(other)
                                    .save(new EditLayerMap(other).open(folder), List.of(0, 1, 1, 1, 2), Source.KV, 1))
                    .await();
        }
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(fitted);
    }

    @Test
    void afterAnotherCalibrationEverythingIsFittedAnew() throws Exception {
        calibrate(Source.KV);
        assertThat(fit(sheet(), 0, 1, 1, 1, 2).fitted()).isEqualTo(1);
        assertThat(fit(sheet(), 0, 1, 1, 1, 2).fitted()).isZero();
        calibrate(Source.KV);
        assertThat(fit(sheet(), 0, 1, 1, 1, 2).fitted()).isEqualTo(1);
    }

    private static double total(LinkPrices prices, List<Integer> links) {
        return IntStream.range(0, links.size())
                .mapToDouble(i -> prices.price(i, links.get(i)))
                .sum();
    }

    @Test
    void pricesErrorsAndCostsAgree() throws Exception {
        Calibrate.Result fit = calibrate(Source.HIDDEN, Source.KV);
        LayerMapSheet sheet = sheet();
        assertThat(sheet.prices(Source.JOINT)).isEmpty();
        LinkPrices prices = sheet.prices(Source.HIDDEN).orElseThrow();
        assertThat(prices.price(0, 0)).isZero();
        assertThat(sheet.sharedLink(0)).hasValue(0);
        assertThat(sheet.sharedLink(1)).isEmpty();
        LayerMapSheet.MapError error =
                sheet.error(sheet.setup().layerMap(), Source.HIDDEN).orElseThrow();
        assertThat(error.keys())
                .isCloseTo(
                        fit.keyErrors().stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                        within(1e-6));
        List<Integer> best = sheet.auto(Source.HIDDEN, true, 3).orElseThrow();
        assertThat(total(prices, best))
                .isLessThanOrEqualTo(total(prices, sheet.setup().layerMap()));
        assertThat(sheet.curve(true, 1))
                .extracting(LayerMapSheet.Point::source)
                .contains(Source.HIDDEN, Source.KV)
                .doesNotContain(Source.JOINT);
        LayerMapSheet.Cost shallow = sheet.cost(List.of(0, 0, 0, 0, 0), Source.HIDDEN, 1);
        LayerMapSheet.Cost deep = sheet.cost(List.of(0, 0, 1, 1, 2), Source.HIDDEN, 1);
        assertThat(shallow.flopsGain()).isGreaterThan(deep.flopsGain());
        assertThat(shallow.skippedLayers()).isEqualTo(2);
        assertThat(sheet.presets().values())
                .allSatisfy(links -> assertThat(links).hasSize(5).startsWith(0));
    }

    @Test
    void whatCannotBeSavedIsASentence() throws Exception {
        LayerMapSheet bare = sheet();
        assertThat(bare.auto(Source.KV, true, 3)).isEmpty();
        assertThatThrownBy(() -> save(bare, List.of(0, 0, 1, 1, 2), Source.KV, 1))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("calibrate with that source");
        calibrate(Source.KV);
        LayerMapSheet sheet = sheet();
        assertThatThrownBy(() -> fit(sheet, 0, 0, 1, 1, 3))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("auxiliary layer 3");
        assertThatThrownBy(() -> save(sheet, List.of(0, 0, 1, 1), Source.KV, 1))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("4 entries");
        assertThatThrownBy(() -> save(sheet, List.of(0, 0, 1, 1, 3), Source.KV, 1))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("auxiliary layer 3");
        assertThatThrownBy(() -> save(sheet, List.of(0, 0, 1, 1, 2), Source.KV, 0))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("tail");
    }

    /** A predictor of NaNs would be in place of one that works. */
    @Test
    void statisticsThatAreNoNumbersMakeNoPredictor() throws Exception {
        calibrate(Source.HIDDEN);
        byte[] predictor = Files.readAllBytes(SetupFile.predictorIn(folder));
        Path file = folder.resolve("statistics-hidden.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        int data =
                8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        // all of them, whose counts then aren't the tokens; the first of auxiliary layer 0 alone
        assertNotSaved(file, filled(bytes, data, bytes.length, Double.NaN), "isn't of 2048 tokens");
        assertNotSaved(file, filled(bytes, data, bytes.length, 0), "isn't of 2048 tokens");
        assertNotSaved(file, filled(bytes, data, data + Double.BYTES, Double.NaN), "aren't finite");
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(predictor);
    }

    private static byte[] filled(byte[] bytes, int from, int to, double value) {
        byte[] filled = bytes.clone();
        for (int i = from; i < to; i += Double.BYTES) {
            ByteBuffer.wrap(filled).order(ByteOrder.LITTLE_ENDIAN).putDouble(i, value);
        }
        return filled;
    }

    private void assertNotSaved(Path file, byte[] statistics, String why) throws Exception {
        Files.write(file, statistics);
        assertThatThrownBy(() -> save(sheet(), List.of(0, 0, 0, 1, 2), Source.HIDDEN, 1))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("statistics", why)
                .hasMessageContaining("alibrate again");
    }
}
