package org.foretoken.generate;

/** Who answers a prompt. */
public enum Arm {
    /** The base reads the prompt itself. */
    BASE("base"),
    /** The auxiliary reads, the base answers from the predicted cache. */
    KV_PREDICTION("KV prediction"),
    /** The auxiliary reads and answers alone. */
    AUXILIARY("auxiliary");

    private final String label;

    Arm(String label) {
        this.label = label;
    }

    /** The name in tables and figures. */
    public String label() {
        return label;
    }
}
