/** KV prediction: layer map, predictor, setup and its folder on disk. */
@NullMarked
package org.foretoken.kvp;

import org.jspecify.annotations.NullMarked;
