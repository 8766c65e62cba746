package org.foretoken.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.foretoken.Digits;
import org.foretoken.job.Job;

/** How far a job is, on stderr: a line drawn over and over on a screen, a line now and then in a file. Any thread. */
final class ProgressLine {
    private static final int COLUMNS = 79;
    private static final Duration SPARSE = Duration.ofSeconds(10);
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final PrintStream err;
    private final boolean redraws;
    private boolean drawn;
    private boolean quiet;
    private String heard = "";
    private Duration heardAt = Duration.ZERO;
    private String printed = "";
    private Duration printedAt = Duration.ZERO;

    ProgressLine(Terminal terminal) {
        this.err = terminal.err();
        this.redraws = terminal.redraws();
    }

    /** Shows a moment of the job, {@code elapsed} after its start. */
    synchronized void show(Job.Snapshot moment, Duration elapsed) {
        if (quiet) {
            return;
        }
        if (redraws) {
            err.print("\r" + text(moment) + "\u001b[K");
            err.flush();
            drawn = true;
            return;
        }
        if (!moment.what().equals(heard)) {
            heard = moment.what();
            heardAt = elapsed;
        }
        boolean news = !heard.equals(printed) && elapsed.minus(heardAt).compareTo(SETTLED) >= 0;
        if (news || (heard.equals(printed) && elapsed.minus(printedAt).compareTo(SPARSE) >= 0)) {
            err.println(text(moment));
            printed = heard;
            printedAt = elapsed;
        }
    }

    /** A line that stays. */
    synchronized void say(String text) {
        err.println((drawn ? "\r" : "") + text + (drawn ? "\u001b[K" : ""));
        drawn = false;
    }

    /** Takes the line away, for good: something else speaks from here on. */
    synchronized void hide() {
        quiet = true;
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }

    /** One line: what, share done, time left. */
    static String text(Job.Snapshot moment) {
        String numbers = "";
        if (moment.total() > 0) {
            numbers = " " + 100 * Math.min(moment.done(), moment.total()) / moment.total() + "%"
                    + moment.left()
                            .map(left -> ", " + Digits.wait(left) + " left")
                            .orElse("");
        }
        int room = COLUMNS - numbers.length();
        String what = moment.what();
        return (what.length() > room ? what.substring(0, room - 3) + "..." : what) + numbers;
    }
}
