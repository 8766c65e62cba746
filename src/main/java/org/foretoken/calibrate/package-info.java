/** Closed-form fit of the predictor: KV statistics and ridge regression. */
@NullMarked
package org.foretoken.calibrate;

import org.jspecify.annotations.NullMarked;
