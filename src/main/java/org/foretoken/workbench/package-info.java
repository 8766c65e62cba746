/** What a user can do, a class an action. The only door for the window and the command line. */
@NullMarked
package org.foretoken.workbench;

import org.jspecify.annotations.NullMarked;
