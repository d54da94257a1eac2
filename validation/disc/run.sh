#!/usr/bin/env bash
# Compares the transport of solutes in the round test disc with finite elements of second order (scikit-fem) on the same equations.
# Ends with a table; fails where a difference is above its tolerance.
set -euo pipefail
cd "$(dirname "$0")/../.."

target="${CARGO_TARGET_DIR:-target}"
folder="$target/disc"
python="$folder/venv/bin/python"
mkdir -p "$folder"
rm -f "$folder"/*.json

cargo run --locked --release -p keel-disc --example axisymmetric -- --json >"$folder/keel.json"

if [ ! -x "$python" ] && ! python3 -m venv "$folder/venv"; then
	echo 'Python with venv is missing: nothing to compare with.' >&2
	exit 1
fi
"$python" -m pip install --quiet --disable-pip-version-check scikit-fem==12.0.2 scipy numpy
"$python" validation/disc/finite_elements.py "$folder/keel.json"
