/** Starts the window or the command line and wires the rest. */
@NullMarked
package org.foretoken.app;

import org.jspecify.annotations.NullMarked;
