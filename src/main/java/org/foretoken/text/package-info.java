/** Tokenizers and chat templates. */
@NullMarked
package org.foretoken.text;

import org.jspecify.annotations.NullMarked;
