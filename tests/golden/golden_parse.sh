#!/bin/sh
# What `parse` makes of the documents in tests/golden/parse. Usage: golden_parse.sh BINARY [--bless] [CASE...]
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/golden_parse.py" "$@"
