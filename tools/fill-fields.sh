#!/usr/bin/env bash
# Writes the tables of all fields, as `keel knowledge fields` gives them on standard input, between the two marks of docs/case-file.md.
set -euo pipefail

page=docs/case-file.md
fields=$(mktemp)
filled=$(mktemp)
trap 'rm -f "$fields" "$filled"' EXIT

cat >"$fields"
[ -s "$fields" ] || { echo "there are no fields on standard input" >&2; exit 1; }
for mark in begin end; do
    [ "$(grep -c "^<!-- fields: $mark" "$page")" -eq 1 ] || { echo "$page must have one mark <!-- fields: $mark … -->" >&2; exit 1; }
done

awk -v fields="$fields" '
    /^<!-- fields: end/ { skipping = 0 }
    !skipping { print }
    /^<!-- fields: begin/ { while ((getline line < fields) > 0) print line; skipping = 1 }
' "$page" >"$filled"
cat "$filled" >"$page"
