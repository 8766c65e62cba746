/** The prompt panel: one prompt, the answers side by side, and where their time went. */
@NullMarked
package org.foretoken.ui.prompt;

import org.jspecify.annotations.NullMarked;
