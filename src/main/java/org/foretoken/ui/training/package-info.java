/** The Train panel: what to train on which text, the curves while it runs, and what came of it. */
@NullMarked
package org.foretoken.ui.training;

import org.jspecify.annotations.NullMarked;
