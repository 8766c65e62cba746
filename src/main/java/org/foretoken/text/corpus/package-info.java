/** Text to calibrate and train on: files read into tokens, and tokens dealt as sequences. */
@NullMarked
package org.foretoken.text.corpus;

import org.jspecify.annotations.NullMarked;
