/** The frame around the panels: what the window asks of the engine, the current setup, its bar, the status bar, the rail. */
@NullMarked
package org.foretoken.ui.shell;

import org.jspecify.annotations.NullMarked;
