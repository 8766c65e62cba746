/** Training by gradients: of a predictor, of an auxiliary with it, of a small language model. */
@NullMarked
package org.foretoken.train;

import org.jspecify.annotations.NullMarked;
