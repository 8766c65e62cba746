package org.foretoken.workbench;

import java.util.Objects;
import org.foretoken.Version;
import org.foretoken.eval.AnswerHeader;
import org.foretoken.runs.RunRecord;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked what, and by what kernel.
 *
 * @param running null where nothing is run
 * @param python its version; null where nothing is run
 */
record Inquiry(
        RunRecord.Subject subject,
        RunRecord.Asked asked,
        Evaluate.@Nullable Running running,
        @Nullable String python,
        Kernel kernel,
        int threads) {
    AnswerHeader header() {
        RunRecord.Model auxiliary = subject.auxiliary();
        return new AnswerHeader(
                AnswerHeader.FORMAT,
                Version.name(),
                asked.task(),
                asked.version(),
                asked.sha256(),
                asked.dataSha256(),
                asked.shots(),
                subject.arm(),
                subject.tail(),
                Objects.requireNonNull(subject.base().hash()),
                auxiliary == null ? null : auxiliary.hash(),
                subject.selectLayers(),
                subject.layerMap(),
                subject.source(),
                subject.predictor(),
                running == null ? null : running.samples(),
                running == null ? null : running.sampling(),
                python,
                kernel.label(),
                threads);
    }
}
