package org.foretoken.ui.kverror;

import java.util.Optional;
import org.foretoken.ui.kverror.SheetMaker.Choice;

/** What was measured of one setup, or of two to compare. */
interface Measured {
    /** How many setups. */
    int setups();

    /** Most kv heads of a layer that can be looked at alone; 0 where only whole entries can. */
    int heads();

    HeatSheet sheet(Choice choice);

    /** Everything that is known of a cell, in a line or more for each setup. */
    String words(int layer, int column, Optional<Integer> head);

    /** The mean figures of each setup, a line each. */
    String summary();

    /** All numbers as CSV. */
    String table(boolean byHead);
}
