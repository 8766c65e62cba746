package org.foretoken.ui.models;

import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.FactGrid;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.SetupWords;
import org.foretoken.workbench.SetupSummary;

/** The setup that is looked at. */
final class SetupDetails extends VBox {
    private final ModelsViewModel model;
    private final Label name = new Label();
    private final Label kind = new Label();
    private final FactGrid facts = new FactGrid();
    private final Button use = new Button("_Use this setup");

    SetupDetails(ModelsViewModel model) {
        this.model = model;
        getStyleClass().add("details");
        name.getStyleClass().add("details-title");
        name.setWrapText(true);
        kind.getStyleClass().add("hint");
        use.setId("use-setup");
        use.setOnAction(e -> {
            if (model.shownProperty().get() instanceof Shown.Setup setup) {
                model.current().use(setup.summary());
            }
        });
        getChildren().addAll(new VBox(4, name, kind), use, facts);
        model.shownProperty().addListener((o, old, now) -> refresh());
        model.current().setupProperty().addListener((o, old, now) -> refresh());
        refresh();
    }

    private void refresh() {
        if (model.shownProperty().get() instanceof Shown.Setup setup) {
            SetupSummary summary = setup.summary();
            CurrentSetup current = model.current();
            boolean used = current.setupProperty()
                    .get()
                    .filter(s -> s.folder().equals(summary.folder()))
                    .isPresent();
            name.setText(summary.name());
            kind.setText("Setup  ·  " + SetupWords.state(summary));
            use.setDisable(used);
            use.getStyleClass().setAll("button", used ? "flat" : "accent");
            use.setText(used ? "Is in use" : "_Use this setup");
            facts.show(ModelFacts.of(summary));
        }
    }
}
