package org.foretoken.ui.pareto;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import org.foretoken.workbench.SetupSummary;

/** The setups that there are, to be ticked; those of another base than a ticked one can't be. */
final class SetupChoice extends VBox {
    private final ParetoViewModel model;
    private final Label none = new Label("No setup is calibrated or trained yet.");
    private List<SetupSummary> shown = List.of();

    SetupChoice(ParetoViewModel model) {
        super(4);
        this.model = model;
        setId("pareto-setups");
        none.getStyleClass().add("hint");
        none.setWrapText(true);
        model.setupsProperty().subscribe(found -> refresh());
        model.draft().setups.addListener((o, old, now) -> refresh());
    }

    private void refresh() {
        List<SetupSummary> setups = model.setupsProperty().get();
        if (!setups.equals(shown) || getChildren().isEmpty()) {
            shown = setups;
            getChildren()
                    .setAll(
                            setups.isEmpty()
                                    ? List.of(none)
                                    : setups.stream().map(this::entry).toList());
        }
        Set<Path> chosen = model.draft().setups.get();
        Optional<Path> base = setups.stream()
                .filter(setup -> chosen.contains(setup.folder()))
                .map(SetupSummary::base)
                .findFirst();
        for (int i = 0; i < setups.size(); i++) {
            CheckBox box = (CheckBox) getChildren().get(i);
            boolean ticked = chosen.contains(setups.get(i).folder());
            boolean other = base.filter(
                            b -> !b.equals(shown.get(getChildren().indexOf(box)).base()))
                    .isPresent();
            box.setSelected(ticked);
            box.setDisable(other && !ticked);
        }
    }

    private CheckBox entry(SetupSummary setup) {
        CheckBox box = new CheckBox(setup.name());
        box.setMnemonicParsing(false); // of a setup's name
        box.setMaxWidth(Double.MAX_VALUE);
        box.setAccessibleText("Measure " + setup.name() + ", base " + setup.baseName());
        box.setTooltip(new Tooltip(setup.folder() + "\nBase " + setup.baseName() + "; a sweep is of one base"));
        box.setOnAction(e -> model.draft().choose(setup.folder(), box.isSelected()));
        return box;
    }
}
