/** One file a model family: a thin table of config keys and weight names. */
@NullMarked
package org.foretoken.model.family;

import org.jspecify.annotations.NullMarked;
