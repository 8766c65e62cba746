/** The Pareto panel: time to first token against accuracy, measured and drawn. */
@NullMarked
package org.foretoken.ui.pareto;

import org.jspecify.annotations.NullMarked;
