/** Jobs on the one engine thread: progress, cancellation, outcome. */
@NullMarked
package org.foretoken.job;

import org.jspecify.annotations.NullMarked;
