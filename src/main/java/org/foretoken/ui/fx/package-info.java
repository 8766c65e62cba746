/** Threads, numbers, themes and small drawn controls that every panel uses. */
@NullMarked
package org.foretoken.ui.fx;

import org.jspecify.annotations.NullMarked;
