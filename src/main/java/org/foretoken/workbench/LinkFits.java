package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.FittedLinks;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.calibrate.StatisticsFile;
import org.foretoken.kvp.Source;

/** The statistics of the setup whose layer map is edited, by source, and the maps fitted from them so far. Belongs to the engine thread. */
final class LinkFits implements AutoCloseable {
    private record Opened(String stamp, FittedLinks fits) {}

    private final Map<Source, Opened> opened = new EnumMap<>(Source.class);
    private Path folder = Path.of("");

    /** Those of a setup by the source of these prices: opened before unless it was calibrated again. Another setup's go. */
    FittedLinks of(LayerMapSheet sheet, LinkPrices prices) throws ForetokenException {
        if (!folder.equals(sheet.setup().folder())) {
            close();
            folder = sheet.setup().folder();
        }
        Source source = prices.source();
        String stamp = stamp(StatisticsFile.in(folder, source)) + prices.lambda();
        Opened known = opened.get(source);
        if (known != null && known.stamp().equals(stamp)) {
            return known.fits();
        }
        if (known != null) {
            opened.remove(source);
            known.fits().close();
        }
        FittedLinks fits = new FittedLinks(sheet.statistics(source), prices.lambda());
        opened.put(source, new Opened(stamp, fits));
        return fits;
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + "|" + Files.size(file) + "|";
        } catch (IOException e) {
            return "absent|"; // opening it says why
        }
    }

    @Override
    public void close() {
        opened.values().forEach(each -> each.fits().close());
        opened.clear();
    }
}
