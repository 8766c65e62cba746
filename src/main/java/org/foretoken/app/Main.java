package org.foretoken.app;

/** Entry point: the window without arguments, the command line with them. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("foretoken " + args.length + " " + jdk.incubator.vector.FloatVector.SPECIES_PREFERRED);
    }
}
