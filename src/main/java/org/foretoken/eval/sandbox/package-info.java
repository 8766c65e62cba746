/** Runs programs that nobody has read: without network, without the user's files, under limits; or not at all. */
@NullMarked
package org.foretoken.eval.sandbox;

import org.jspecify.annotations.NullMarked;
