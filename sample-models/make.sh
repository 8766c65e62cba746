#!/usr/bin/env bash
# Trains the sample models and their predictors, each by one command. A step that was interrupted goes on when this is run again; one that is done is left out.
# usage: sample-models/make.sh FOLDER    (a new one: nothing is trained over what is there; FORETOKEN names the program, default target/foretoken/bin/foretoken)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: sample-models/make.sh FOLDER}
log=$out/log
mkdir -p "$log"

foretoken() {
  echo "foretoken $*"
  "${FORETOKEN:-target/foretoken/bin/foretoken}" "$@"
}

# What every training here has in common.
train() {
  foretoken "$@" --text sample-models/data/train.txt.gz --batch 8 --micro-batch 4 --held-out 0.005 --kernel f32
}

calibrate() {
  foretoken calibrate --setup "$1" --source "$2" --text sample-models/data/train.txt.gz --tokens 32768 --kernel f32
}

# name, folder: the command follows; what it says goes to log/NAME.log.
step() {
  local name=$1 made=$2
  shift 2
  if [ ! -e "$log/$name.done" ]; then
    "$@" 2>&1 | tee -a "$log/$name.log"
    touch "$log/$name.done"
  fi
  [ -e "$made" ]
}

step base "$out/wordnet-10m" train pretrain --out "$out/wordnet-10m" --tokenizer sample-models/tokenizer \
  --layers 8 --width 320 --heads 8 --kv-heads 2 --ffn 800 \
  --tokens 3600000 --learning-rate 2e-3 --warm-up 50 --decay 0.1 --validate-every 200

# The base's first layers read the prompt; the rest is fitted in closed form, then distilled.
step early "$out/early-layers" foretoken prune --base "$out/wordnet-10m" --first 2 --out "$out/early-layers"
step early-calibrated "$out/early-layers" calibrate "$out/early-layers" hidden
step early-trained "$out/early-layers-trained" train train --setup "$out/early-layers" \
  --out "$out/early-layers-trained" --tokens 200000 --learning-rate 1e-3 --warm-up 5

# The paper's two kinds of auxiliary: every other layer of the base (KVP-LP), and a small model of its own (KVP-C). Both are distilled; by the paper's loss
# (--aim paper) KVP-LP's auxiliary learns the facts by itself, and there is nothing to trade (its card).
step lp "$out/work/kvp-lp" foretoken prune --base "$out/wordnet-10m" --keep 0,2,4,6 --out "$out/work/kvp-lp"
step lp-calibrated "$out/work/kvp-lp" calibrate "$out/work/kvp-lp" kv
step lp-trained "$out/kvp-lp" train train --setup "$out/work/kvp-lp" --out "$out/kvp-lp" \
  --train auxiliary --aim distill --tokens 400000 --learning-rate 1e-3 --warm-up 20 --decay 0.1
step auxiliary "$out/wordnet-2m" train pretrain --out "$out/wordnet-2m" --tokenizer sample-models/tokenizer \
  --layers 4 --width 160 --heads 4 --kv-heads 2 --ffn 400 \
  --tokens 1200000 --learning-rate 3e-3 --warm-up 50 --decay 0.1 --validate-every 200
step c "$out/work/kvp-c" foretoken setup --base "$out/wordnet-10m" --auxiliary "$out/wordnet-2m" --out "$out/work/kvp-c"
step c-calibrated "$out/work/kvp-c" calibrate "$out/work/kvp-c" hidden
step c-trained "$out/kvp-c" train train --setup "$out/work/kvp-c" --out "$out/kvp-c" \
  --train auxiliary --aim distill --tokens 600000 --learning-rate 2e-3 --warm-up 20 --decay 0.1
