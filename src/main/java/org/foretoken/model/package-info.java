/** The decoder: configuration, layers, RoPE, KV cache, FLOPs. */
@NullMarked
package org.foretoken.model;

import org.jspecify.annotations.NullMarked;
