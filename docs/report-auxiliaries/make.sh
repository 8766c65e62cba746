#!/usr/bin/env bash
# Makes docs/report-auxiliaries.md: every auxiliary alone beside what it predicts. SMOL is the model, W wikitext2-valid.txt, NQ NQ-open.dev.jsonl,
# TQ triviaqa-150.json. Half an hour on two cores.
set -euo pipefail
mkdir -p setups
tail -c 110000 "$W" | sed 1d > heldout.txt # no setup saw it

made=()
calibrated() { # a name and how to prune
  [ -e "setups/$1" ] || foretoken prune --base "$SMOL" "${@:2}" --out "setups/$1"
  [ -e "setups/$1/predictor.safetensors" ] || foretoken calibrate --setup "setups/$1" --source hidden --text "$W" --text "$NQ" --template triviaqa --tokens 12288
  made+=(--setup "setups/$1")
}
calibrated first8 --first 8
calibrated first15 --first 15
calibrated first22 --first 22
calibrated lp25 --fraction 0.25
calibrated lp50 --fraction 0.5
calibrated lp75 --fraction 0.75

common=("${made[@]}" --lengths 512 --tails 1 --repetitions 40 --seconds 25)
foretoken pareto "${common[@]}" --task triviaqa-lm-eval --shots 5 --data "$TQ"
foretoken pareto "${common[@]}" --task perplexity --limit 48 --data heldout.txt
foretoken report --commands "$0" --out report-auxiliaries.md
