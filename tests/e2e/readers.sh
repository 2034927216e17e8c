#!/bin/sh
# Readers of other people find every entry in what is published. Usage: readers.sh BINARY
# RK_READERS_DIR names a folder of Atom files to be read instead of the demonstration's.
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
command -v xmllint >/dev/null || { echo "skipped: no xmllint"; exit 77; }
exec python3 -B "$(dirname "$0")/readers.py" "$1" "$(dirname "$0")/../.."
