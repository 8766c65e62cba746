/** What figures are drawn with: the same one on the screen and in PNG, SVG and PDF files. Knows nothing of what they show. */
@NullMarked
package org.foretoken.figure;

import org.jspecify.annotations.NullMarked;
