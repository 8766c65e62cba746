/** The window: JavaFX, a sub-package a panel. */
@NullMarked
package org.foretoken.ui;

import org.jspecify.annotations.NullMarked;
