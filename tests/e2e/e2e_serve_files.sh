#!/bin/sh
# Codings, validators and headers of served files, and people led to pages. Usage: e2e_serve_files.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_serve_files.py" "$1"
