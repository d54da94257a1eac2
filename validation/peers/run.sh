#!/usr/bin/env bash
# Compares the load engine with independent programs on the same body: MuJoCo, OpenSim, Clarabel, PIQP. Ends with a table; fails where a
# difference is above its tolerance. A peer that cannot be installed on this machine is named and left out.
set -euo pipefail
cd "$(dirname "$0")/../.."

target="${CARGO_TARGET_DIR:-target}"
folder="$target/peers"
python="$folder/venv/bin/python"
mkdir -p "$folder"
rm -f "$folder"/*.json

cargo run --locked --release -p keel-loads --example peers -- "$folder"

if [ ! -x "$python" ] && ! python3 -m venv "$folder/venv"; then
	echo 'Python with venv is missing: MuJoCo, OpenSim and PIQP are left out, and the table with them.' >&2
	exit 1
fi

# check PEER MODULE PACKAGE… — installs the packages and runs the check of this peer; a failed check fails the whole.
failed=0
check() {
	local peer=$1 module=$2
	shift 2
	if "$python" -m pip install --quiet --disable-pip-version-check "$@" && "$python" -c "import $module"; then
		echo "── $peer"
		"$python" "validation/peers/${module}_check.py" "$folder" || failed=1
	else
		echo "── $peer cannot be installed here ($("$python" --version), $(uname -sm)): it is left out." >&2
	fi
}
check MuJoCo mujoco mujoco==4.0.0 numpy
check OpenSim opensim opensim==4.6 numpy
check PIQP piqp piqp==0.7.0 scipy numpy

echo
"$python" validation/peers/summary.py "$folder"
exit "$failed"
