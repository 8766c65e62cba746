package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.family.StoredModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a setup's folder. */
public final class OpenSetup {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSetup.class);

    /** Prompt length that a setup's FLOPs gain is stated for. */
    static final int GAIN_TOKENS = 512;

    private static final Comparator<Path> RECENT = Comparator.comparing(
                    (Path folder) -> SetupFile.in(folder).toFile().lastModified())
            .reversed();

    private final Workbench workbench;

    public OpenSetup(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads the folder and the headers of its models. Any thread but the FX thread. */
    public SetupSummary run(Path folder) throws ForetokenException {
        return summary(folder);
    }

    /** As {@link #run}, for which no workbench is needed. */
    static SetupSummary summary(Path folder) throws ForetokenException {
        SetupFile file = SetupFile.read(folder);
        try (StoredModel base = StoredModel.open(Path.of(file.base().path()))) {
            return summary(folder, file, base.config(), auxiliaryConfig(file, base.config(), folder));
        }
    }

    /** What the folder's file says about models of those shapes. */
    static SetupSummary summary(Path folder, SetupFile file, DecoderConfig config, DecoderConfig auxiliaryConfig)
            throws ForetokenException {
        LayerMap map =
                file.mapOf(config.layers().size(), auxiliaryConfig.layers().size(), folder);
        Source source = Source.of(file.source());
        Path base = Path.of(file.base().path());
        Optional<Path> auxiliary = auxiliary(file);
        int sharedLayers = map.size()
                - Setup.predictedLayers(map, Setup.commonLayers(file.selectLayers()))
                        .size();
        boolean made = file.predictor() != null && Files.exists(SetupFile.predictorIn(folder));
        boolean predictor = made || sharedLayers == map.size();
        return new SetupSummary(
                String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                folder,
                base,
                InspectModel.name(base),
                auxiliary,
                auxiliary
                        .map(InspectModel::name)
                        .orElseGet(() -> prunedName(file, config.layers().size())),
                Optional.ofNullable(file.selectLayers()),
                map.links(),
                sharedLayers,
                source,
                file.tail(),
                Optional.ofNullable(file.predictor()),
                predictor,
                gain(config, auxiliaryConfig, file, map, source),
                LoadedModels.stamp(SetupFile.predictorIn(folder)));
    }

    private static Optional<Path> auxiliary(SetupFile file) {
        return Optional.ofNullable(file.auxiliary()).map(reference -> Path.of(reference.path()));
    }

    private static double gain(
            DecoderConfig base, DecoderConfig auxiliary, SetupFile file, LayerMap map, Source source) {
        Flops.Prediction prediction =
                Setup.prediction(base, auxiliary, map, Setup.commonLayers(file.selectLayers()), source, file.tail());
        return prediction.gain(Math.min(GAIN_TOKENS, base.contextLength()), Flops.Definition.EXECUTED);
    }

    static DecoderConfig auxiliaryConfig(SetupFile file, DecoderConfig base, Path folder) throws ForetokenException {
        if (file.selectLayers() != null) {
            return base.select(file.selectedOf(base.layers().size(), folder));
        }
        try (StoredModel stored = StoredModel.open(auxiliary(file).orElseThrow())) {
            return stored.config();
        }
    }

    private static String prunedName(SetupFile file, int baseLayers) {
        List<Integer> select = Optional.ofNullable(file.selectLayers()).orElseThrow();
        boolean first = select.get(select.size() - 1) == select.size() - 1;
        return first
                ? "first " + select.size() + " of " + baseLayers + " layers"
                : select.size() + " of " + baseLayers + " layers";
    }

    /** The setups that the user has, most recent first, then those that come with the program; unreadable ones are left out. */
    public List<SetupSummary> all() {
        List<SetupSummary> all = new ArrayList<>(setups(folders(workbench.setupsFolder(), RECENT)));
        all.addAll(samples());
        return all;
    }

    /** The setups that come with the program, by name; the first of them is the one to begin with. */
    public List<SetupSummary> samples() {
        return setups(folders(Workbench.samplesFolder(), Comparator.naturalOrder()));
    }

    /** Folders beside a setup, and among the user's setups, in which training was begun. Any thread but the FX thread. */
    public List<Path> begunTrainings(Path setup) {
        return Stream.of(setup.toAbsolutePath().resolveSibling(""), workbench.setupsFolder())
                .map(place -> place.toAbsolutePath().normalize())
                .distinct()
                .flatMap(place -> folders(place, Comparator.naturalOrder()).stream())
                .filter(folder -> Files.exists(Train.requestIn(folder)))
                .toList();
    }

    /** Whether a setup came with the program. */
    public boolean isSample(SetupSummary setup) {
        return setup.folder().toAbsolutePath().normalize().startsWith(Workbench.samplesFolder());
    }

    private List<SetupSummary> setups(List<Path> folders) {
        List<SetupSummary> setups = new ArrayList<>();
        for (Path folder : folders) {
            try {
                setups.add(run(folder));
            } catch (ForetokenException e) {
                LOG.warn("setup {} is left out: {}", folder, e.sentence());
            }
        }
        return setups;
    }

    private static List<Path> folders(Path place, Comparator<Path> order) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(place)) {
            return children.filter(SetupFile::isIn).sorted(order).toList();
        } catch (IOException e) {
            LOG.warn("the setups in {} can't be listed", place, e);
            return List.of();
        }
    }
}
