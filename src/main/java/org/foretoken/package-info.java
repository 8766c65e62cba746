/** Foretoken: a workbench for KV prediction. Here live the few types that every layer speaks. */
@NullMarked
package org.foretoken;

import org.jspecify.annotations.NullMarked;
