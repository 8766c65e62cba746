package org.foretoken.ui.shell;

import org.kordamp.ikonli.feather.Feather;

/** The panels, top to bottom in the rail. */
public enum Panel {
    MODELS("Models", Feather.BOX),
    LAYER_MAP("Layer map", Feather.GIT_MERGE),
    PROMPT("Prompt", Feather.MESSAGE_SQUARE),
    KV_ERROR("KV error", Feather.GRID),
    TRAIN("Train", Feather.TRENDING_DOWN),
    TASKS("Tasks", Feather.HELP_CIRCLE),
    PARETO("Pareto", Feather.TARGET),
    RUNS("Runs", Feather.ARCHIVE),
    BREAK_EVEN("Break-even", Feather.CLOCK);

    private final String title;
    private final Feather icon;

    Panel(String title, Feather icon) {
        this.title = title;
        this.icon = icon;
    }

    /** The name in the rail. */
    public String title() {
        return title;
    }

    Feather icon() {
        return icon;
    }
}
