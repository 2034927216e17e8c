#!/bin/sh
# Attacks by markup through the whole program and into a browser. Usage: e2e_clean.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_clean.py" "$1"
