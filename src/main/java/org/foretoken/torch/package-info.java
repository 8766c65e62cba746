/** libtorch start-up, threads and the linear kernels. */
@NullMarked
package org.foretoken.torch;

import org.jspecify.annotations.NullMarked;
