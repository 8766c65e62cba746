/** The Runs panel: what was measured and trained, compared, opened again; every question with its answers. */
@NullMarked
package org.foretoken.ui.runs;

import org.jspecify.annotations.NullMarked;
