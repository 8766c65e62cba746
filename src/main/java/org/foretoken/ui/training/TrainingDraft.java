package org.foretoken.ui.training;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.foretoken.text.corpus.Packing;
import org.foretoken.train.TrainingSettings;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Train.Aim;
import org.foretoken.workbench.Train.Part;
import org.jspecify.annotations.Nullable;

/** What the form says. It begins with the defaults of {@code foretoken train}. */
final class TrainingDraft {
    final StringProperty out = new SimpleStringProperty("");
    final ObservableList<TextRow> texts =
            FXCollections.observableArrayList(row -> new Observable[] {row.weightProperty(), row.templateProperty()});
    final ObjectProperty<Aim> aim = new SimpleObjectProperty<>(Aim.DISTILL);
    final ObjectProperty<Part> part = new SimpleObjectProperty<>(Part.PREDICTOR);
    final IntegerProperty rank = new SimpleIntegerProperty(16);
    final IntegerProperty tokens = new SimpleIntegerProperty(200_000);
    final IntegerProperty batch = new SimpleIntegerProperty(4);
    final IntegerProperty microBatch = new SimpleIntegerProperty(2);
    final IntegerProperty length = new SimpleIntegerProperty(256);
    final ObjectProperty<Packing> packing = new SimpleObjectProperty<>(Packing.PACKED);
    final DoubleProperty learningRate = new SimpleDoubleProperty(3e-4);
    final IntegerProperty warmUp = new SimpleIntegerProperty();
    final DoubleProperty decay = new SimpleDoubleProperty();
    final DoubleProperty clip = new SimpleDoubleProperty(1);
    final IntegerProperty validateEvery = new SimpleIntegerProperty(20);
    final DoubleProperty heldOut = new SimpleDoubleProperty(0.1);
    final IntegerProperty heldOutSequences = new SimpleIntegerProperty(16);
    final IntegerProperty patience = new SimpleIntegerProperty();
    final IntegerProperty seed = new SimpleIntegerProperty();
    final BooleanProperty scratch = new SimpleBooleanProperty();
    /** Weight of the L1 errors as typed; blank for the aim's own. */
    final StringProperty kvWeight = new SimpleStringProperty("");
    /** Weight of the cross-entropy as typed; blank for the aim's own. */
    final StringProperty ceWeight = new SimpleStringProperty("");

    /** Calls that whenever something in the form has changed. */
    void onChange(Runnable changed) {
        for (Observable each : List.of(
                out,
                texts,
                aim,
                part,
                rank,
                tokens,
                batch,
                microBatch,
                length,
                packing,
                learningRate,
                warmUp,
                decay,
                clip,
                validateEvery,
                heldOut,
                heldOutSequences,
                patience,
                seed,
                scratch,
                kvWeight,
                ceWeight)) {
            each.addListener(o -> changed.run());
        }
    }

    /** The folder that is typed; empty where it can't be one. */
    Optional<Path> outFolder() {
        try {
            return out.get().isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(out.get().strip()));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Steps that come of the tokens. */
    long steps() {
        return TrainingSettings.stepsFor(tokens.get(), batch.get(), length.get());
    }

    /** Why training can't start from that setup; empty when it can. */
    Optional<String> problem(SetupSummary setup) {
        if (setup.sharedLayers() == setup.layerMap().size()) {
            return Optional.of(
                    "This setup predicts nothing: every layer is the base's own. Give its auxiliary fewer layers.");
        }
        // where the auxiliary shared layers with the base and is to change, maps are fitted anew anyway
        boolean fitted = part.get() != Part.PREDICTOR && setup.sharedLayers() > 0;
        if (!setup.hasPredictor() && !scratch.get() && !fitted) {
            return Optional.of("Calibrate the setup first, or begin with maps at random (under More).");
        }
        if (texts.isEmpty()) {
            return Optional.of("Add a text to train on.");
        }
        Optional<String> ofText =
                texts.stream().flatMap(row -> row.problem().stream()).findFirst();
        if (ofText.isPresent()) {
            return ofText;
        }
        if (outFolder().filter(folder -> !folder.equals(setup.folder())).isEmpty()) {
            return Optional.of("The trained setup needs a folder of its own.");
        }
        return problem(kvWeight, "K and V errors").or(() -> problem(ceWeight, "cross-entropy"));
    }

    private static Optional<String> problem(StringProperty typed, String of) {
        return weight(typed) != null || typed.get().isBlank()
                ? Optional.empty()
                : Optional.of("The weight of the " + of + " is no number: write one such as 0.1, or nothing.");
    }

    private static @Nullable Double weight(StringProperty typed) {
        try {
            double weight = Double.parseDouble(typed.get().strip());
            return weight >= 0 && Double.isFinite(weight) ? weight : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** What is asked for, from a setup without {@link #problem}. */
    Train.Request request(Path setup) {
        return new Train.Request(
                setup,
                outFolder().orElseThrow(),
                texts.stream().map(TextRow::part).toList(),
                aim.get(),
                part.get(),
                part.get() == Part.LOW_RANK ? rank.get() : 0,
                weight(kvWeight),
                weight(ceWeight),
                scratch.get(),
                new TrainingSettings(
                        steps(),
                        batch.get(),
                        microBatch.get(),
                        length.get(),
                        packing.get(),
                        learningRate.get(),
                        warmUp.get(),
                        decay.get(),
                        clip.get(),
                        validateEvery.get(),
                        heldOut.get(),
                        heldOutSequences.get(),
                        patience.get(),
                        seed.get()));
    }

    /** Takes over how another training was done, but not where it went. */
    void take(Train.Request request) {
        TrainingSettings settings = request.settings();
        texts.setAll(request.text().stream().map(TextRow::of).toList());
        aim.set(request.aim());
        part.set(request.part());
        if (request.rank() > 0) {
            rank.set(request.rank());
        }
        tokens.set((int) Math.min(Integer.MAX_VALUE, settings.steps() * settings.batch() * settings.length()));
        batch.set(settings.batch());
        microBatch.set(settings.microBatch());
        length.set(settings.length());
        packing.set(settings.packing());
        learningRate.set(settings.learningRate());
        warmUp.set((int) settings.warmUp());
        decay.set(settings.decay());
        clip.set(settings.clip());
        validateEvery.set((int) settings.validateEvery());
        heldOut.set(settings.heldOutFraction());
        heldOutSequences.set(settings.heldOutSequences());
        patience.set(settings.patience());
        seed.set((int) settings.seed());
        scratch.set(request.scratch());
        show(request.kvWeight(), kvWeight);
        show(request.ceWeight(), ceWeight);
    }

    private static void show(@Nullable Double weight, StringProperty typed) {
        typed.set(weight == null ? "" : weight.toString());
    }
}
