/** Tasks as data, what they ask of a data file, and how answers are scored. Knows no model. */
@NullMarked
package org.foretoken.eval;

import org.jspecify.annotations.NullMarked;
