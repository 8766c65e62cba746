@NullMarked
package org.foretoken.eval.sandbox;

import org.jspecify.annotations.NullMarked;
