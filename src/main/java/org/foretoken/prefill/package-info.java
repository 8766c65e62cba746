/** The seam of the design: ways to fill a KV cache from a prompt. */
@NullMarked
package org.foretoken.prefill;

import org.jspecify.annotations.NullMarked;
