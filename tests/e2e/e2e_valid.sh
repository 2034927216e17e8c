#!/bin/sh
# Every published file is valid. Usage: e2e_valid.sh BINARY
# RK_VALID_DIR and RK_VALID_BASE: a tree and its address, instead of the demonstration's.
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
command -v xmllint >/dev/null || { echo "skipped: no xmllint"; exit 77; }
python=python3
/usr/bin/python3 -c "import html5lib" 2>/dev/null && python=/usr/bin/python3
exec "$python" -B "$(dirname "$0")/e2e_valid.py" "$1" "$(dirname "$0")/../.."
