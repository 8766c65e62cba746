package org.foretoken.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.FloatMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitRowTest {
    private static final double EPSILON = 3e-6;

    private final Random random = new Random(5);

    /** Two positions of each; the second is looked at. */
    private float[] logits(int vocabulary) {
        float[] logits = new float[2 * vocabulary];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 4 - 2;
        }
        return logits;
    }

    /** Two positions' in one part. */
    private static Logits all(float[] values) {
        FloatMemory memory = new FloatMemory(MemorySegment.ofArray(values), ScalarType.Float);
        return new Logits(List.of(new Logits.Part(0, values.length / 2, memory)));
    }

    private static double[] softmax(float[] logits, int vocabulary) {
        double[] p = new double[vocabulary];
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            p[i] = Math.exp(logits[vocabulary + i]);
            sum += p[i];
        }
        for (int i = 0; i < vocabulary; i++) {
            p[i] /= sum;
        }
        return p;
    }

    /** Fewer than a vector, pieces of vectors, pieces of what is added up at a time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 21, 257, 4096, 9001})
    void saysWhatTheSumsSay(int vocabulary) {
        float[] student = logits(vocabulary);
        float[] teacher = logits(vocabulary);
        double[] q = softmax(student, vocabulary);
        double[] p = softmax(teacher, vocabulary);
        double divergence = 0;
        int top = 0;
        for (int i = 0; i < vocabulary; i++) {
            divergence += p[i] * Math.log(p[i] / q[i]);
            top = q[i] > q[top] ? i : top;
        }
        LogitRow row = new LogitRow(vocabulary);
        row.read(all(student), 1);
        LogitRow teacherRow = new LogitRow(vocabulary);
        teacherRow.read(all(teacher), 1);
        int token = vocabulary / 2;
        assertThat(row.crossEntropy(token)).isCloseTo(-Math.log(q[token]), within(EPSILON));
        assertThat(row.logSum()).isCloseTo(student[vocabulary + token] - Math.log(q[token]), within(EPSILON));
        assertThat(row.top()).isEqualTo(top);
        assertThat(teacherRow.divergence(row)).isCloseTo(divergence, within(EPSILON * (1 + divergence)));
        assertThat(row.divergence(row)).isZero();

        float[] kept = student.clone();
        row.writeGradient(0.7, teacherRow, 0.3, token, 0.4, all(student), 1);
        for (int i = 0; i < vocabulary; i++) {
            assertThat(student[i]).isEqualTo(kept[i]);
            double expected = 0.7 * q[i] - 0.3 * p[i] - (i == token ? 0.4 : 0);
            assertThat((double) student[vocabulary + i]).isCloseTo(expected, within(EPSILON));
        }
        row.read(all(kept), 1);
        row.writeGradient(0.7, null, 0, -1, 0, all(kept), 1);
        for (int i = 0; i < vocabulary; i++) {
            assertThat((double) kept[vocabulary + i]).isCloseTo(0.7 * q[i], within(EPSILON));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void whatIsNoNumberStaysNone(float value) {
        float[] logits = logits(40);
        logits[50] = value;
        LogitRow row = new LogitRow(40);
        row.read(all(logits), 1);
        assertThat(row.crossEntropy(3)).isNaN();
    }
}
