/** From which prompt on KV prediction pays, and what it takes. */
@NullMarked
package org.foretoken.ui.breakeven;

import org.jspecify.annotations.NullMarked;
