package org.foretoken.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * Quantised blocks as {@link QuantisedTensor} has them, and as float32. The float32 is what {@code ggml-quants.c} and gguf-py compute, product by product
 * in float32, to the bit.
 */
final class Dequantisation {
    /** Elements converted at a time: input and output stay in a core's first caches. */
    private static final int CHUNK = 1 << 13;

    /** Of each thread that takes part: the last to end is waited for a fraction of a part. */
    private static final int PARTS = 4;

    private Dequantisation() {}

    /** Converts whole blocks on all cores; {@code to} takes 4 bytes an element. */
    static void dequantise(DType type, MemorySegment from, MemorySegment to) {
        read(type, from, (first, blocks) -> {
            float[] out = blocks.floats();
            MemorySegment.copy(out, 0, to, JAVA_FLOAT, first * Float.BYTES, blocks.elements);
        });
    }

    /**
     * Takes whole blocks apart on all cores.
     *
     * @param codes takes a byte an element
     * @param scales takes 4 bytes a group, as {@code offsets} does
     */
    static void split(
            DType type, MemorySegment from, MemorySegment codes, MemorySegment scales, MemorySegment offsets) {
        read(type, from, (first, blocks) -> {
            int groups = blocks.elements / type.groupSize();
            long group = first / type.groupSize() * Float.BYTES;
            MemorySegment.copy(blocks.codes, 0, codes, JAVA_BYTE, first, blocks.elements);
            MemorySegment.copy(blocks.scales, 0, scales, JAVA_FLOAT, group, groups);
            MemorySegment.copy(blocks.offsets, 0, offsets, JAVA_FLOAT, group, groups);
        });
    }

    /** Converts a few whole blocks on this thread into {@code to[at]} and on. */
    static void dequantise(DType type, MemorySegment from, float[] to, int at) {
        int count = Math.toIntExact(from.byteSize() / type.bytesPerBlock());
        Blocks blocks = new Blocks(type, count);
        blocks.read(from, 0, count);
        System.arraycopy(blocks.floats(), 0, to, at, blocks.elements);
    }

    private interface Chunk {
        /** @param first the number of the first element */
        void take(long first, Blocks blocks);
    }

    private static void read(DType type, MemorySegment from, Chunk chunk) {
        int blocksPerChunk = CHUNK / type.blockSize();
        long blocks = from.byteSize() / type.bytesPerBlock();
        long chunks = Math.ceilDiv(blocks, blocksPerChunk);
        int parts = (int) Math.min(chunks, (long) PARTS * (ForkJoinPool.getCommonPoolParallelism() + 1));
        IntStream.range(0, parts).parallel().forEach(part -> {
            // once a part, not a chunk: a model's chunks would fill the heap several times
            Blocks buffer = new Blocks(type, blocksPerChunk);
            for (long i = chunks * part / parts; i < chunks * (part + 1) / parts; i++) {
                long first = i * blocksPerChunk;
                buffer.read(from, first, (int) Math.min(blocksPerChunk, blocks - first));
                chunk.take(first * type.blockSize(), buffer);
            }
        });
    }

    /** Room for some blocks taken apart. Below, d and m are a block's scale and minimum, q a quant; bytes are little-endian. */
    private static final class Blocks {
        final byte[] codes;
        final float[] scales;
        final float[] offsets;

        /** How many of the codes are in use. */
        int elements;

        private final DType type;
        private final byte[] in;
        private final float[] out;
        private final int groupSize;

        Blocks(DType type, int room) {
            this.type = type;
            groupSize = type.groupSize();
            in = new byte[room * type.bytesPerBlock()];
            codes = new byte[room * type.blockSize()];
            out = new float[codes.length];
            scales = new float[codes.length / groupSize];
            offsets = new float[scales.length];
            // for types without a minimum: adding -0 changes nothing
            Arrays.fill(offsets, -0f);
        }

        /** Takes {@code count} blocks apart, the number {@code first} and those after it. */
        void read(MemorySegment from, long first, int count) {
            int bytes = type.bytesPerBlock();
            MemorySegment.copy(from, JAVA_BYTE, first * bytes, in, 0, count * bytes);
            elements = count * type.blockSize();
            int groups = type.blockSize() / groupSize;
            for (int block = 0; block < count; block++) {
                block(block * bytes, block * groups);
            }
        }

        /** What they are in float32, up to {@link #elements}; overwritten by the next call. */
        float[] floats() {
            for (int group = 0; group < elements / groupSize; group++) {
                float scale = scales[group];
                float offset = offsets[group];
                int from = group * groupSize;
                for (int i = from; i < from + groupSize; i++) {
                    out[i] = scale * codes[i] + offset;
                }
            }
            return out;
        }

        /** @param group the block's first */
        private void block(int at, int group) {
            switch (type) {
                case Q4_0 -> q4(at, at + 2, -8, group);
                case Q4_1 -> q4(at, at + 4, 0, group);
                case Q5_0 -> q5(at, at + 2, -16, group);
                case Q5_1 -> q5(at, at + 4, 0, group);
                case Q8_0 -> q8(at, group);
                case Q2_K -> q2k(at, group);
                case Q3_K -> q3k(at, group);
                case Q4_K -> q45k(at, -1, at + 16, group);
                case Q5_K -> q45k(at, at + 16, at + 48, group);
                case Q6_K -> q6k(at, group);
                default -> throw new IllegalStateException(type + " isn't quantised");
            }
        }

        private float f16(int at) {
            return Float.float16ToFloat((short) ((in[at] & 0xff) | (in[at + 1] << 8)));
        }

        /** Bits of {@code value} from {@code shift} on, as many as {@code mask} has. */
        private static int bits(int value, int shift, int mask) {
            return (value >> shift) & mask;
        }

        /** Q4_0: d[2] q[16], d·(q - 8). Q4_1: d[2] m[2] q[16], d·q + m. Low halves are elements 0-15, high halves 16-31. */
        private void q4(int at, int q, int bias, int group) {
            minimum(at, q, group);
            int to = group * 32;
            for (int i = 0; i < 16; i++) {
                codes[to + i] = (byte) ((in[q + i] & 15) + bias);
                codes[to + 16 + i] = (byte) (bits(in[q + i], 4, 15) + bias);
            }
        }

        /** Q5_0: d[2] h[4] q[16], d·(q - 16). Q5_1: d[2] m[2] h[4] q[16], d·q + m. As Q4, with bit i of h the fifth bit of element i. */
        private void q5(int at, int h, int bias, int group) {
            minimum(at, h, group);
            int high = (in[h] & 0xff) | ((in[h + 1] & 0xff) << 8) | ((in[h + 2] & 0xff) << 16) | (in[h + 3] << 24);
            int q = h + 4;
            int to = group * 32;
            for (int i = 0; i < 16; i++) {
                codes[to + i] = (byte) ((bits(in[q + i], 0, 15) | (bits(high, i, 1) << 4)) + bias);
                codes[to + 16 + i] = (byte) ((bits(in[q + i], 4, 15) | (bits(high, i + 16, 1) << 4)) + bias);
            }
        }

        /** d[2], and m[2] where there's room for it before the quants. */
        private void minimum(int at, int quants, int group) {
            scales[group] = f16(at);
            if (quants == at + 4) {
                offsets[group] = f16(at + 2);
            }
        }

        /** d[2] q[32], d·q with q signed. */
        private void q8(int at, int group) {
            scales[group] = f16(at);
            System.arraycopy(in, at + 2, codes, group * 32, 32);
        }

        /** s[16] q[64] d[2] m[2]; 16 groups of 16, each with a scale (low half of s) and a minimum (high half): (d·s)·q - m·(s&gt;&gt;4). */
        private void q2k(int at, int first) {
            float d = f16(at + 80);
            float m = f16(at + 82);
            for (int group = 0; group < 16; group++) {
                int s = in[at + group];
                scales[first + group] = d * (s & 15);
                offsets[first + group] = -(m * bits(s, 4, 15));
                // Halves of 128 elements share 32 bytes; each bit pair of them is 32 elements, two groups.
                int q = at + 16 + group / 8 * 32 + group % 2 * 16;
                int shift = group % 8 / 2 * 2;
                int to = (first + group) * 16;
                for (int i = 0; i < 16; i++) {
                    codes[to + i] = (byte) bits(in[q + i], shift, 3);
                }
            }
        }

        /** h[32] q[64] s[12] d[2]; 16 groups of 16, six-bit scales minus 32, quants of two bits and one of h (inverted): (d·s)·(q - 4 unless h). */
        private void q3k(int at, int first) {
            float d = f16(at + 108);
            int s = at + 96;
            for (int group = 0; group < 16; group++) {
                int low = bits(in[s + group % 8], group / 8 * 4, 15);
                int high = bits(in[s + 8 + group % 4], group / 4 * 2, 3);
                scales[first + group] = d * ((low | (high << 4)) - 32);
                int q = at + 32 + group / 8 * 32 + group % 2 * 16;
                int h = at + group % 2 * 16;
                int shift = group % 8 / 2 * 2;
                int to = (first + group) * 16;
                for (int i = 0; i < 16; i++) {
                    int set = bits(in[h + i], group / 2, 1);
                    codes[to + i] = (byte) (bits(in[q + i], shift, 3) - (set == 1 ? 0 : 4));
                }
            }
        }

        /**
         * Q4_K: d[2] m[2] s[12] q[128]; Q5_K: d[2] m[2] s[12] h[32] q[128]. 8 groups of 32 with a six-bit scale and minimum: (d·s)·q - m·n.
         *
         * @param h where the fifth bits are, one bit of each of 32 bytes a group; -1 for none
         */
        private void q45k(int at, int h, int q, int first) {
            float d = f16(at);
            float m = f16(at + 2);
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
                scales[first + group] = d * scaleBits;
                offsets[first + group] = -(m * minimumBits);
                int from = q + group / 2 * 32;
                int shift = group % 2 * 4;
                int to = (first + group) * 32;
                for (int i = 0; i < 32; i++) {
                    int fifth = h < 0 ? 0 : bits(in[h + i], group, 1) << 4;
                    codes[to + i] = (byte) (bits(in[from + i], shift, 15) | fifth);
                }
            }
        }

        /** l[128] h[64] s[16] d[2]; 16 groups of 16 with a signed eight-bit scale, quants of four bits in l and two in h: (d·s)·(q - 32). */
        private void q6k(int at, int first) {
            float d = f16(at + 208);
            for (int group = 0; group < 16; group++) {
                scales[first + group] = d * in[at + 192 + group];
                // Halves of 128: four runs of 32 elements, which share 64 bytes of l (two runs low, two high) and 32 of
                // h.
                int half = group / 8;
                int run = group % 8 / 2;
                int low = at + half * 64 + run % 2 * 32 + group % 2 * 16;
                int high = at + 128 + half * 32 + group % 2 * 16;
                int to = (first + group) * 16;
                for (int i = 0; i < 16; i++) {
                    int q = bits(in[low + i], run / 2 * 4, 15) | (bits(in[high + i], run * 2, 3) << 4);
                    codes[to + i] = (byte) (q - 32);
                }
            }
        }
    }
}
