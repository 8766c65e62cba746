@NullMarked
package org.foretoken.checkpoint;

import org.jspecify.annotations.NullMarked;
