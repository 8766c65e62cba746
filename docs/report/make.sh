#!/usr/bin/env bash
# Makes the setups of docs/report.md and measures them: SMOL is the model, W wikitext2-valid.txt, NQ NQ-open.dev.jsonl, TQ triviaqa-150.json.
# Trained setups (docs/training) are taken from the folder TRAINED where they are; two hours on two cores without them.
set -euo pipefail
mkdir -p setups
tail -c 110000 "$W" | sed 1d > heldout.txt # no setup saw it

made=()
calibrated() { # a name and how to prune: one pass over the text prices and fits all three sources
  foretoken prune --base "$SMOL" "${@:2}" --out "setups/$1"
  foretoken calibrate --setup "setups/$1" --source hidden,joint,kv --text "$W" --text "$NQ" --template triviaqa --tokens 12288
  for source in kv joint hidden; do
    cp -r "setups/$1" "setups/$1-$source"
    foretoken map --setup "setups/$1-$source" --source $source
    rm -f "setups/$1-$source"/statistics-*
    made+=(--setup "setups/$1-$source")
  done
  rm -r "setups/$1"
}
calibrated first8 --first 8
calibrated first15 --first 15
calibrated first22 --first 22
calibrated lp25 --fraction 0.25
calibrated lp50 --fraction 0.5
calibrated lp75 --fraction 0.75
for trained in "${TRAINED:-trained}"/*/; do
  made+=(--setup "${trained%/}")
done

common=("${made[@]}" --lengths 512 --no-auxiliary --arms random:0.5,static:0.5,lazy:0.75-0.25 --repetitions 10 --seconds 6)
foretoken pareto "${common[@]}" --tails 1,32 --task triviaqa-lm-eval --shots 5 --data "$TQ"
foretoken pareto "${made[@]}" --lengths 512 --no-auxiliary --tails 1 --repetitions 10 --seconds 6 --task perplexity --limit 48 --data heldout.txt
foretoken report --commands "$0" --out report.md
