package org.foretoken.ui.shell;

import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Notices.Kind;
import org.foretoken.ui.shell.Notices.Notice;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The notice above the panels. */
public final class NoticeBar extends HBox {
    private static final PseudoClass PROBLEM = PseudoClass.getPseudoClass("problem");

    private final FontIcon icon = new FontIcon(Feather.CHECK);
    private final Label sentence = new Label();

    public NoticeBar(Notices notices) {
        getStyleClass().add("notice");
        setAlignment(Pos.CENTER_LEFT);
        setAccessibleRole(AccessibleRole.TEXT);
        sentence.setWrapText(true);
        sentence.setMinHeight(USE_PREF_SIZE);
        sentence.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(sentence, Priority.ALWAYS);
        Button close = new Button(null, new FontIcon(Feather.X));
        close.getStyleClass().addAll("button-icon", "flat", "small");
        close.setAccessibleText("Dismiss");
        close.setTooltip(new Tooltip("Dismiss"));
        close.setOnAction(e -> notices.dismiss());
        getChildren().addAll(icon, sentence, close);
        notices.currentProperty().addListener((o, old, now) -> show(now));
        show(notices.currentProperty().get());
    }

    private void show(Optional<Notice> notice) {
        Visibility.show(this, notice.isPresent());
        notice.ifPresent(n -> {
            boolean problem = n.kind() == Kind.PROBLEM;
            pseudoClassStateChanged(PROBLEM, problem);
            icon.setIconCode(problem ? Feather.ALERT_CIRCLE : Feather.CHECK);
            sentence.setText(n.sentence());
            setAccessibleText(n.sentence());
        });
    }
}
