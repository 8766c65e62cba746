package org.foretoken.calibrate;

/** An auxiliary layer that feeds a base layer. */
record Link(int auxiliaryLayer, int baseLayer) {}
