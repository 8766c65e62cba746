package org.foretoken.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The merges of a SentencePiece BPE model, which has only scores. Every way to split a token into two tokens is a merge, and the higher the score
 * of the whole, the earlier; so does Hugging Face's converter ({@code generate_merges} in convert_slow_tokenizer.py), ties included.
 */
final class SentencePieceMerges {
    private SentencePieceMerges() {}

    private record Merge(String left, String right, float score, int leftId, int rightId) {
        int leftLength() {
            return left.codePointCount(0, left.length());
        }

        int rightLength() {
            return right.codePointCount(0, right.length());
        }
    }

    /**
     * @param vocabulary token to id, in the order of ids
     * @param scores by id
     * @param whole tokens that no merge makes or takes
     */
    static ArrayNode of(Map<String, Integer> vocabulary, float[] scores, Set<String> whole) {
        List<Merge> merges = new ArrayList<>();
        for (Map.Entry<String, Integer> entry : vocabulary.entrySet()) {
            String token = entry.getKey();
            if (whole.contains(token)) {
                continue;
            }
            List<Merge> ways = new ArrayList<>();
            for (int i = token.offsetByCodePoints(0, token.isEmpty() ? 0 : 1);
                    i < token.length();
                    i = token.offsetByCodePoints(i, 1)) {
                String left = token.substring(0, i);
                String right = token.substring(i);
                Integer leftId = vocabulary.get(left);
                Integer rightId = vocabulary.get(right);
                if (leftId != null && rightId != null && !whole.contains(left) && !whole.contains(right)) {
                    ways.add(new Merge(left, right, scores[entry.getValue()], leftId, rightId));
                }
            }
            ways.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
            merges.addAll(ways);
        }
        // Stable, and longer halves first among equals.
        merges.sort(Comparator.comparingDouble(Merge::score)
                .thenComparingInt(Merge::leftLength)
                .thenComparingInt(Merge::rightLength)
                .reversed());
        ArrayNode result = TokenizerJson.JSON.createArrayNode();
        for (Merge merge : merges) {
            result.addArray().add(merge.left()).add(merge.right());
        }
        return result;
    }
}
