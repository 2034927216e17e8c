#!/bin/sh
# The demonstration's documents, pages of public systems, and the sample documents where they
# are, through `check` over HTTP. Usage: e2e_check_served.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
root=$(dirname "$0")/../..
exec python3 -B "$(dirname "$0")/e2e_check_served.py" "$1" "$root" "${RK_SHARED:-$root/../shared}"
