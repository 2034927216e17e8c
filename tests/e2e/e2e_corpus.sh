#!/bin/sh
# Test documents of two other feed parsers against what parse makes of them. Usage: e2e_corpus.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
root=$(dirname "$0")/../..
shared=${RK_SHARED:-$root/../shared}
[ -d "$shared/corpus" ] || { echo "skipped: no corpus below $shared (RK_SHARED)"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_corpus.py" "$1" "$shared"
