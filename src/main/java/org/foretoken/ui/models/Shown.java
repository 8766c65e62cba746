package org.foretoken.ui.models;

import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;

/** What the right side of the models panel shows. */
sealed interface Shown {
    /** Nothing is selected. */
    record Nothing() implements Shown {}

    /** Headers are being read. */
    record Reading(String name) implements Shown {}

    /** A model. */
    record Model(ModelSummary summary) implements Shown {}

    /** A setup. */
    record Setup(SetupSummary summary) implements Shown {}

    /** A model that can't be opened, and why. */
    record Broken(String name, String sentence) implements Shown {}
}
