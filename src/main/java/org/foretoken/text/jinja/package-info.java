/**
 * The part of the Jinja template language that published chat templates use, with Python's rules for its values. A template cannot reach anything
 * but the values it was given, and its work and output are bounded.
 */
@NullMarked
package org.foretoken.text.jinja;

import org.jspecify.annotations.NullMarked;
