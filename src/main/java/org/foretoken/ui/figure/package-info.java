/** Figures in the window. */
@NullMarked
package org.foretoken.ui.figure;

import org.jspecify.annotations.NullMarked;
