package org.foretoken.ui.tasks;

import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.VBox;
import org.foretoken.eval.Task;
import org.jspecify.annotations.Nullable;

/** A task in the list: its name, and a line of what it is. */
final class TaskCell extends ListCell<Task> {
    private final Label name = new Label();
    private final Label about = new Label();
    private final VBox both = new VBox(name, about);

    TaskCell() {
        about.getStyleClass().add("hint");
    }

    @Override
    protected void updateItem(@Nullable Task task, boolean empty) {
        super.updateItem(task, empty);
        setText(null);
        setGraphic(task == null ? null : both);
        if (task != null) {
            String line = TaskWords.about(task.name());
            name.setText(task.name());
            about.setText(line.isEmpty() ? TaskWords.how(task) : line);
            setAccessibleText(task.name() + ": " + about.getText());
        }
    }
}
