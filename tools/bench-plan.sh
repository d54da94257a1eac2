#!/usr/bin/env bash
# How long `keel plan` takes for each example, the start of the program and the reading of all knowledge included: by the clock, and in
# processor time, which a busy machine stretches less.
set -euo pipefail

readonly TIMES=11
readonly TIMEFORMAT='%3R %3U %3S'
keel=${CARGO_TARGET_DIR:-target}/app/keel

for case in examples/*.toml; do
    for _ in $(seq $TIMES); do
        { time "$keel" plan "$case" --json >/dev/null; } 2>&1
    done | awk -v case="$case" '
        { clock[NR] = $1 * 1000; busy[NR] = ($2 + $3) * 1000 }
        function sort(a,   i, j, x) { for (i = 2; i <= NR; i++) { x = a[i]; for (j = i - 1; j > 0 && a[j] > x; j--) a[j + 1] = a[j]; a[j + 1] = x } }
        END {
            sort(clock); sort(busy); middle = int((NR + 1) / 2)
            printf "%5d ms median %5d ms worst %5d ms of processor  keel plan %s\n", clock[middle], clock[NR], busy[middle], case
        }'
done
