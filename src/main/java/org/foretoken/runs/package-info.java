/** Records of what was measured, one JSON line each, and what follows from them: points, frontiers, tables and figures. */
@NullMarked
package org.foretoken.runs;

import org.jspecify.annotations.NullMarked;
