/** The KV error panel: how far a predicted cache is from the exact one, by layer and position, and what that does to the next token. */
@NullMarked
package org.foretoken.ui.kverror;

import org.jspecify.annotations.NullMarked;
