/** What figures are drawn with: the same one on the screen and in PNG, SVG and PDF files. */
@NullMarked
package org.foretoken.ui.figure;

import org.jspecify.annotations.NullMarked;
