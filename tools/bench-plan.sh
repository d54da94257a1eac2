#!/usr/bin/env bash
# How long `keel plan` takes for each example, the start of the program and the reading of all knowledge included.
set -euo pipefail

readonly TIMES=11
keel=${CARGO_TARGET_DIR:-target}/app/keel

for case in examples/*.toml; do
    times=()
    for _ in $(seq $TIMES); do
        begin=${EPOCHREALTIME//[.,]/}
        "$keel" plan "$case" --json >/dev/null
        times+=($((${EPOCHREALTIME//[.,]/} - begin)))
    done
    mapfile -t sorted < <(printf '%s\n' "${times[@]}" | sort -n)
    printf '%6d ms median %6d ms worst  keel plan %s\n' $((sorted[TIMES / 2] / 1000)) $((sorted[TIMES - 1] / 1000)) "$case"
done
