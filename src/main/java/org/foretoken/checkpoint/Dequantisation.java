package org.foretoken.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.stream.LongStream;

/**
 * Quantised blocks to float32, each as {@code ggml-quants.c} and gguf-py compute it, product by product in float32, so that the result is theirs to the
 * bit. Below, d and m are a block's scale and minimum, q a quant; bytes are little-endian.
 */
final class Dequantisation {
    /** Elements a task converts at a time: its input and output stay in a core's first caches. */
    private static final int CHUNK = 1 << 13;

    private Dequantisation() {}

    /** Converts whole blocks on all cores; {@code to} takes 4 bytes an element. */
    static void dequantise(DType type, MemorySegment from, MemorySegment to) {
        int blocksPerChunk = CHUNK / type.blockSize();
        long blocks = from.byteSize() / type.bytesPerBlock();
        LongStream.range(0, Math.ceilDiv(blocks, blocksPerChunk)).parallel().forEach(chunk -> {
            long first = chunk * blocksPerChunk;
            int count = (int) Math.min(blocksPerChunk, blocks - first);
            byte[] in = new byte[count * type.bytesPerBlock()];
            float[] out = new float[count * type.blockSize()];
            MemorySegment.copy(from, JAVA_BYTE, first * type.bytesPerBlock(), in, 0, in.length);
            for (int i = 0; i < count; i++) {
                block(type, in, i * type.bytesPerBlock(), out, i * type.blockSize());
            }
            MemorySegment.copy(out, 0, to, JAVA_FLOAT, first * type.blockSize() * Float.BYTES, out.length);
        });
    }

    private static void block(DType type, byte[] in, int at, float[] out, int to) {
        switch (type) {
            case Q4_0 -> q4(in, at + 2, f16(in, at), -8, -0f, out, to);
            case Q4_1 -> q4(in, at + 4, f16(in, at), 0, f16(in, at + 2), out, to);
            case Q5_0 -> q5(in, at + 2, f16(in, at), -16, -0f, out, to);
            case Q5_1 -> q5(in, at + 4, f16(in, at), 0, f16(in, at + 2), out, to);
            case Q8_0 -> q8(in, at, out, to);
            case Q2_K -> q2k(in, at, out, to);
            case Q3_K -> q3k(in, at, out, to);
            case Q4_K -> q45k(in, at, -1, at + 16, out, to);
            case Q5_K -> q45k(in, at, at + 16, at + 48, out, to);
            case Q6_K -> q6k(in, at, out, to);
            default -> throw new IllegalStateException(type + " isn't quantised");
        }
    }

    private static float f16(byte[] in, int at) {
        return Float.float16ToFloat((short) ((in[at] & 0xff) | (in[at + 1] << 8)));
    }

    /** Bits of {@code value} from {@code shift} on, as many as {@code mask} has. */
    private static int bits(int value, int shift, int mask) {
        return (value >> shift) & mask;
    }

    /** Q4_0: d[2] q[16], d·(q - 8). Q4_1: d[2] m[2] q[16], d·q + m. Low halves are elements 0-15, high halves 16-31. Adding -0 changes nothing. */
    private static void q4(byte[] in, int q, float d, int bias, float m, float[] out, int to) {
        for (int i = 0; i < 16; i++) {
            out[to + i] = d * ((in[q + i] & 15) + bias) + m;
            out[to + 16 + i] = d * (bits(in[q + i], 4, 15) + bias) + m;
        }
    }

    /** Q5_0: d[2] h[4] q[16], d·(q - 16). Q5_1: d[2] m[2] h[4] q[16], d·q + m. As Q4, with bit i of h the fifth bit of element i. */
    private static void q5(byte[] in, int h, float d, int bias, float m, float[] out, int to) {
        int high = (in[h] & 0xff) | ((in[h + 1] & 0xff) << 8) | ((in[h + 2] & 0xff) << 16) | (in[h + 3] << 24);
        int q = h + 4;
        for (int i = 0; i < 16; i++) {
            out[to + i] = d * ((bits(in[q + i], 0, 15) | (bits(high, i, 1) << 4)) + bias) + m;
            out[to + 16 + i] = d * ((bits(in[q + i], 4, 15) | (bits(high, i + 16, 1) << 4)) + bias) + m;
        }
    }

    /** d[2] q[32], d·q with q signed. */
    private static void q8(byte[] in, int at, float[] out, int to) {
        float d = f16(in, at);
        for (int i = 0; i < 32; i++) {
            out[to + i] = d * in[at + 2 + i];
        }
    }

    /** s[16] q[64] d[2] m[2]; 16 groups of 16, each with a scale (low half of s) and a minimum (high half): (d·s)·q - m·(s&gt;&gt;4). */
    private static void q2k(byte[] in, int at, float[] out, int to) {
        float d = f16(in, at + 80);
        float m = f16(in, at + 82);
        for (int group = 0; group < 16; group++) {
            int s = in[at + group];
            float scale = d * (s & 15);
            float minimum = m * bits(s, 4, 15);
            // Halves of 128 elements share 32 bytes; each bit pair of them is 32 elements, two groups.
            int q = at + 16 + group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++) {
                out[to + group * 16 + i] = scale * bits(in[q + i], shift, 3) - minimum;
            }
        }
    }

    /** h[32] q[64] s[12] d[2]; 16 groups of 16, six-bit scales minus 32, quants of two bits and one of h (inverted): (d·s)·(q - 4 unless h). */
    private static void q3k(byte[] in, int at, float[] out, int to) {
        float d = f16(in, at + 108);
        int s = at + 96;
        for (int group = 0; group < 16; group++) {
            int low = bits(in[s + group % 8], group / 8 * 4, 15);
            int high = bits(in[s + 8 + group % 4], group / 4 * 2, 3);
            float scale = d * ((low | (high << 4)) - 32);
            int q = at + 32 + group / 8 * 32 + group % 2 * 16;
            int h = at + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++) {
                int set = bits(in[h + i], group / 2, 1);
                out[to + group * 16 + i] = scale * (bits(in[q + i], shift, 3) - (set == 1 ? 0 : 4));
            }
        }
    }

    /**
     * Q4_K: d[2] m[2] s[12] q[128]; Q5_K: d[2] m[2] s[12] h[32] q[128]. 8 groups of 32 with a six-bit scale and minimum: (d·s)·q - m·n.
     *
     * @param h where the fifth bits are, one bit of each of 32 bytes a group; -1 for none
     */
    private static void q45k(byte[] in, int at, int h, int q, float[] out, int to) {
        float d = f16(in, at);
        float m = f16(in, at + 2);
        int s = at + 4;
        for (int group = 0; group < 8; group++) {
            int scaleBits;
            int minimumBits;
            if (group < 4) {
                scaleBits = in[s + group] & 63;
                minimumBits = in[s + 4 + group] & 63;
            } else {
                int both = in[s + 4 + group];
                scaleBits = (both & 15) | (bits(in[s + group - 4], 6, 3) << 4);
                minimumBits = bits(both, 4, 15) | (bits(in[s + group], 6, 3) << 4);
            }
            float scale = d * scaleBits;
            float minimum = m * minimumBits;
            int from = q + group / 2 * 32;
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++) {
                int fifth = h < 0 ? 0 : bits(in[h + i], group, 1) << 4;
                out[to + group * 32 + i] = scale * (bits(in[from + i], shift, 15) | fifth) - minimum;
            }
        }
    }

    /** l[128] h[64] s[16] d[2]; 16 groups of 16 with a signed eight-bit scale, quants of four bits in l and two in h: (d·s)·(q - 32). */
    private static void q6k(byte[] in, int at, float[] out, int to) {
        float d = f16(in, at + 208);
        for (int group = 0; group < 16; group++) {
            float scale = d * in[at + 192 + group];
            // Halves of 128: four runs of 32 elements, which share 64 bytes of l (two runs low, two high) and 32 of h.
            int half = group / 8;
            int run = group % 8 / 2;
            int low = at + half * 64 + run % 2 * 32 + group % 2 * 16;
            int high = at + 128 + half * 32 + group % 2 * 16;
            for (int i = 0; i < 16; i++) {
                int q = bits(in[low + i], run / 2 * 4, 15) | (bits(in[high + i], run * 2, 3) << 4);
                out[to + group * 16 + i] = scale * (q - 32);
            }
        }
    }
}
