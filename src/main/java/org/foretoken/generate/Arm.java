package org.foretoken.generate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.Pruning;
import org.foretoken.prefill.FullPrefill;
import org.foretoken.prefill.KvPredictionPrefill;
import org.foretoken.prefill.Prefill;
import org.foretoken.prefill.PruningPrefill;
import org.jspecify.annotations.Nullable;

/**
 * Who answers a prompt, and how its cache is filled. Its {@link #key} says all of it.
 *
 * @param pruning null but for {@link Kind#PRUNING}
 * @param exact layers that the base computes itself, for {@link Kind#HYBRID}
 */
public record Arm(Kind kind, @Nullable Pruning pruning, int exact) {
    /** What fills the cache. */
    public enum Kind {
        BASE,
        KV_PREDICTION,
        AUXILIARY,
        PRUNING,
        HYBRID
    }

    /** The base reads the prompt itself. */
    public static final Arm BASE = new Arm(Kind.BASE, null, 0);

    /** The auxiliary reads, the base answers from the predicted cache. */
    public static final Arm KV_PREDICTION = new Arm(Kind.KV_PREDICTION, null, 0);

    /** The auxiliary reads and answers alone. */
    public static final Arm AUXILIARY = new Arm(Kind.AUXILIARY, null, 0);

    /** Those that a setup is compared by. */
    public static final List<Arm> OF_A_SETUP = List.of(BASE, KV_PREDICTION, AUXILIARY);

    /** The base reads a part of the prompt. */
    public static Arm of(Pruning pruning) {
        return new Arm(Kind.PRUNING, pruning, 0);
    }

    /** The base computes its first layers' keys and values, the others are predicted. */
    public static Arm hybrid(int exact) {
        return new Arm(Kind.HYBRID, null, exact);
    }

    /**
     * The arm of a key: {@code base}, {@code kv}, {@code auxiliary}, {@code random:0.5} ({@code random:0.5-7} with the lot of seed 7),
     * {@code static:0.5}, {@code lazy:0.75-0.25}, {@code hybrid:4}.
     */
    public static Arm of(String key) throws ForetokenException {
        String text = key.strip().toLowerCase(Locale.ROOT);
        for (Arm arm : OF_A_SETUP) {
            if (arm.key().equals(text)) {
                return arm;
            }
        }
        String[] parts = text.split("[:-]", 3); // a seed may be negative
        try {
            if (parts.length == 2 && parts[0].equals("random")) {
                return of(new Pruning.Random(Double.parseDouble(parts[1]), 0));
            } else if (parts.length == 3 && parts[0].equals("random")) {
                return of(new Pruning.Random(Double.parseDouble(parts[1]), Long.parseLong(parts[2])));
            } else if (parts.length == 2 && parts[0].equals("static")) {
                return of(new Pruning.Static(Double.parseDouble(parts[1])));
            } else if (parts.length == 3 && parts[0].equals("lazy")) {
                return of(new Pruning.Lazy(Double.parseDouble(parts[1]), Double.parseDouble(parts[2])));
            } else if (parts.length == 2 && parts[0].equals("hybrid")) {
                return hybrid(Integer.parseInt(parts[1]));
            }
        } catch (IllegalArgumentException e) {
            throw new ForetokenException(
                    "The arm '" + key
                            + "' has a wrong number: write shares above 0 and up to 1, lazy's second not above"
                            + " its first, such as random:0.5 or lazy:0.75-0.25, and whole layers, such as hybrid:4.",
                    e);
        }
        throw new ForetokenException("There is no arm '" + key
                + "': choose base, kv or auxiliary, or a baseline such as random:0.5, static:0.5, lazy:0.75-0.25 or"
                + " hybrid:4.");
    }

    /** The name in options, files and JSON. */
    public String key() {
        return switch (kind) {
            case BASE -> "base";
            case KV_PREDICTION -> "kv";
            case AUXILIARY -> "auxiliary";
            case HYBRID -> "hybrid:" + exact;
            case PRUNING -> pruningKey();
        };
    }

    private String pruningKey() {
        if (pruning instanceof Pruning.Random random) {
            return "random:" + number(random.keep()) + (random.seed() == 0 ? "" : "-" + random.seed());
        }
        if (pruning instanceof Pruning.Static once) {
            return "static:" + number(once.keep());
        }
        Pruning.Lazy lazy = (Pruning.Lazy) Objects.requireNonNull(pruning);
        return "lazy:" + number(lazy.start()) + "-" + number(lazy.end());
    }

    private static String number(double share) {
        return BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
    }

    /** The name in tables and figures. */
    public String label() {
        return kind == Kind.KV_PREDICTION ? "KV prediction" : key().replace(':', ' ');
    }

    /** Whether it can't do without a setup. */
    public boolean needsSetup() {
        return kind != Kind.BASE && kind != Kind.PRUNING;
    }

    /** Whether it answers from a cache that is predicted in part or whole. */
    public boolean predicts() {
        return kind == Kind.KV_PREDICTION || kind == Kind.HYBRID;
    }

    /**
     * Refuses what a base can't do.
     *
     * @param layers of the base
     */
    public void check(int layers) throws ForetokenException {
        if (exact > layers) {
            throw new ForetokenException("The arm " + key()
                    + " wants more layers than the base has: choose hybrid:0 to hybrid:" + layers + ".");
        }
    }

    /** Whose cache is filled and who writes the answer. */
    public Decoder decoder(Decoder base, @Nullable Setup setup) {
        return kind == Kind.AUXILIARY ? Objects.requireNonNull(setup).auxiliary() : base;
    }

    /**
     * Fills the cache.
     *
     * @param setup null only for what needs none
     * @param tail prompt tokens that the base reads itself, where it predicts; at least 1
     */
    public Prefill prefill(Decoder base, @Nullable Setup setup, int tail) throws ForetokenException {
        check(base.config().layers().size());
        return switch (kind) {
            case BASE, AUXILIARY -> new FullPrefill(decoder(base, setup));
            case KV_PREDICTION, HYBRID -> new KvPredictionPrefill(Objects.requireNonNull(setup), exact, tail);
            case PRUNING -> new PruningPrefill(base, Objects.requireNonNull(pruning));
        };
    }
}
