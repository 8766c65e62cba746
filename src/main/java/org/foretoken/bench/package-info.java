/** The TTFT protocol, raw samples and the description of the machine. */
@NullMarked
package org.foretoken.bench;

import org.jspecify.annotations.NullMarked;
