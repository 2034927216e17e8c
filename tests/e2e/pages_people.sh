#!/bin/sh
# The pages for people, of the demonstration. Usage: pages_people.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/pages_people.py" "$1" "$(dirname "$0")/../.."
