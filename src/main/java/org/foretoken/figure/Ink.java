package org.foretoken.figure;

/** Okabe and Ito's colours, which colour-blind readers tell apart. */
public enum Ink {
    BLUE("#0072b2"),
    VERMILION("#d55e00"),
    GREEN("#009e73"),
    PURPLE("#cc79a7"),
    SKY("#56b4e9"),
    ORANGE("#e69f00");

    private final String web;

    Ink(String web) {
        this.web = web;
    }

    public Colour colour() {
        return Colour.web(web);
    }
}
