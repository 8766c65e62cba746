/** The Tasks panel: a task's questions put to the arms of a setup, scores with their errors, every answer beside the base's. */
@NullMarked
package org.foretoken.ui.tasks;

import org.jspecify.annotations.NullMarked;
