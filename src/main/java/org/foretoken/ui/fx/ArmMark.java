package org.foretoken.ui.fx;

import javafx.scene.shape.SVGPath;
import org.foretoken.generate.Arm;

/** The one colour (Okabe and Ito's) and the one marker that an arm has everywhere. Colours are in foretoken.css, by style class. */
public final class ArmMark {
    private ArmMark() {}

    /** The arm's name as a title. */
    public static String title(Arm arm) {
        return switch (arm.kind()) {
            case BASE -> "Base";
            case KV_PREDICTION -> "KV prediction";
            case AUXILIARY -> "Auxiliary alone";
            case PRUNING, HYBRID -> arm.label();
        };
    }

    /** The style class that gives {@code -arm-color}. */
    public static String styleClass(Arm arm) {
        return switch (arm.kind()) {
            case BASE -> "arm-base";
            case KV_PREDICTION -> "arm-kvp";
            case AUXILIARY -> "arm-auxiliary";
            case PRUNING, HYBRID -> "arm-baseline";
        };
    }

    /** A marker 12 pixels wide: disc, diamond, triangle, or a baseline's square. */
    public static SVGPath marker(Arm arm) {
        SVGPath path = new SVGPath();
        path.setContent(
                switch (arm.kind()) {
                    case BASE -> "M6 1 A5 5 0 1 1 5.99 1 Z";
                    case KV_PREDICTION -> "M6 0 L12 6 L6 12 L0 6 Z";
                    case AUXILIARY -> "M6 0.5 L12 11 L0 11 Z";
                    case PRUNING, HYBRID -> "M1 1 L11 1 L11 11 L1 11 Z";
                });
        path.getStyleClass().addAll("arm-marker", styleClass(arm));
        return path;
    }
}
