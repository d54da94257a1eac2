#!/usr/bin/env bash
# Installs what is missing to build Keel or to run its tests, and nothing else.
#
#   tools/setup.sh run     what `make run` needs: Rust (asked for, never installed), a C compiler for SQLite
#   tools/setup.sh test    also what `make test` needs: Node (asked for, never installed), Chromium for the browser tests
#
# Packages come from apt; with sudo where the user is not root. Where all is there, nothing is asked and nothing is touched.
set -euo pipefail

readonly NODE_LEAST=20.11

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

purpose=${1:-run}
case $purpose in
    run | test) ;;
    *) die "usage: tools/setup.sh run|test" ;;
esac

have cargo || die "Rust is missing. Install it with rustup (see rust-lang.org), open a new terminal and try again."

if [ "$purpose" = test ]; then
    have node && have npm || die "Node is missing. Install Node $NODE_LEAST or newer, with npm, and try again."
    [ "$(printf '%s\n' "$NODE_LEAST" "$(node --version | tr -d v)" | sort -V | head -n 1)" = "$NODE_LEAST" ] ||
        die "Node is $(node --version); the browser tests need $NODE_LEAST or newer."
fi

packages=()
have cc || packages+=(gcc libc6-dev)
if [ "$purpose" = test ]; then
    [ -x "${KEEL_CHROMIUM:-/usr/bin/chromium}" ] || packages+=(chromium)
fi
[ ${#packages[@]} -gt 0 ] || exit 0

have apt-get || die "Please install these by hand, as there is no apt here: ${packages[*]}" \
    "(for a Chromium in another place, set KEEL_CHROMIUM to its path)"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    have sudo || die "Please have these installed by someone with the right to: apt-get install ${packages[*]}"
    as_root=(sudo)
fi

say "Installing ${packages[*]} …"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${packages[@]}"
