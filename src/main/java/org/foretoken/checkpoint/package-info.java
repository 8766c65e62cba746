/** Weights on disk: safetensors, GGUF, Hub folders. Knows no model. */
@NullMarked
package org.foretoken.checkpoint;

import org.jspecify.annotations.NullMarked;
