/** The command line: picocli, a class a command. */
@NullMarked
package org.foretoken.cli;

import org.jspecify.annotations.NullMarked;
