#!/bin/sh
# Real and written sample documents through the whole program. Usage: e2e_samples.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
root=$(dirname "$0")/../..
shared=${RK_SHARED:-$root/../shared}
[ -d "$shared/samples" ] || { echo "skipped: no samples below $shared (RK_SHARED)"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_samples.py" "$1" "$shared"
