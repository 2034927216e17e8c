#!/bin/sh
# The demonstration, as scripts/run starts it, on other ports. Usage: e2e_demo.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_demo.py" "$1" "$(dirname "$0")/../.."
