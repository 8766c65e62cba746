package org.foretoken.generate;

/** Who answers a prompt. */
public enum Arm {
    /** The base reads the prompt itself. */
    BASE("base", "base"),
    /** The auxiliary reads, the base answers from the predicted cache. */
    KV_PREDICTION("KV prediction", "kv"),
    /** The auxiliary reads and answers alone. */
    AUXILIARY("auxiliary", "auxiliary");

    private final String label;
    private final String key;

    Arm(String label, String key) {
        this.label = label;
        this.key = key;
    }

    /** The name in tables and figures. */
    public String label() {
        return label;
    }

    /** The name in options, files and JSON. */
    public String key() {
        return key;
    }
}
