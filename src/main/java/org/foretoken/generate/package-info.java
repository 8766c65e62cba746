/** Generation: sampler, decode loop, phase times. */
@NullMarked
package org.foretoken.generate;

import org.jspecify.annotations.NullMarked;
