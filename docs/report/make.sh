#!/usr/bin/env bash
# Makes the setups of docs/report.md and measures them: SMOL is the model, W wikitext2-valid.txt, NQ NQ-open.dev.jsonl, TQ triviaqa-150.json.
# Trained setups (docs/training) are taken from the folder TRAINED where they are. FORETOKEN_HOME is an empty folder, for the records. An hour and a half
# on two cores; after an interruption it goes on where it was. The last line needs jq. What it leaves says all that the report
# does: as runs/runs.jsonl in an empty FORETOKEN_HOME, 'foretoken report' writes the same again.
set -euo pipefail
mkdir -p setups
tail -c 110000 "$W" | sed 1d > heldout.txt # nothing was fitted or trained on it; trained setups chose their best step on 24 sequences of it

hidden=()
others=()
calibrated() { # a name and how to prune: one pass over the text prices and fits all three sources
  local setup=setups/$1
  if [ ! -e "$setup-joint" ]; then
    rm -rf "$setup" "$setup-new" "$setup-kv" "$setup-hidden"
    foretoken prune --base "$SMOL" "${@:2}" --out "$setup"
    foretoken calibrate --setup "$setup" --source hidden,joint,kv --text "$W" --text "$NQ" --template triviaqa --tokens 12288
    for source in kv hidden joint; do
      cp -r "$setup" "$setup-new"
      foretoken map --setup "$setup-new" --source $source
      rm -f "$setup-new"/statistics-*
      mv "$setup-new" "$setup-$source"
    done
    rm -r "$setup"
  fi
  hidden+=(--setup "$setup-hidden")
  others+=(--setup "$setup-joint" --setup "$setup-kv")
}
calibrated first8 --first 8
calibrated first15 --first 15
calibrated first22 --first 22
calibrated lp25 --fraction 0.25
calibrated lp50 --fraction 0.5
calibrated lp75 --fraction 0.75
for trained in "${TRAINED:-trained}"/*/; do
  [ -e "${trained}setup.json" ] || continue
  others+=(--setup "${trained%/}")
done

timing=(--lengths 512 --repetitions 40 --seconds 25)
trivia=(--tails 1,32 --task triviaqa-lm-eval --shots 5 --data "$TQ")
text=(--tails 1 --task perplexity --limit 48 --data heldout.txt)
# an auxiliary alone is the same whatever is predicted from it
foretoken pareto "${hidden[@]}" "${timing[@]}" "${trivia[@]}" --arms random:0.5,static:0.5,lazy:0.75-0.25
foretoken pareto "${others[@]}" "${timing[@]}" "${trivia[@]}" --no-auxiliary
foretoken pareto "${hidden[@]}" "${timing[@]}" "${text[@]}"
foretoken pareto "${others[@]}" "${timing[@]}" "${text[@]}" --no-auxiliary
foretoken report --commands "$0" --out report.md
# TriviaQA's texts aren't ours to publish, and folders are of this machine
jq -c 'del(.answers.examples[]?["prompt", "expected"])' "$FORETOKEN_HOME/runs/runs.jsonl" | sed "s#$PWD/##g; s#${SMOL%/*}/##g; s#${TQ%/*}/##g" | gzip -9n > report/runs.jsonl.gz
