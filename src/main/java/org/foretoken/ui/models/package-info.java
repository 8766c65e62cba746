/** The models panel: what is on this machine, and making setups of it. */
@NullMarked
package org.foretoken.ui.models;

import org.jspecify.annotations.NullMarked;
