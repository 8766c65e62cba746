/** The layer map panel: which auxiliary layer feeds which base layer, drawn and edited. */
@NullMarked
package org.foretoken.ui.layermap;

import org.jspecify.annotations.NullMarked;
