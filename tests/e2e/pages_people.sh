#!/bin/sh
# The pages for people, of the demonstration. Usage: pages_people.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
python=python3 # the one that has Debian's html5lib, where there are several
for p in python3 /usr/bin/python3; do
	if "$p" -c "import html5lib" 2>/dev/null; then python=$p; break; fi
done
exec "$python" -B "$(dirname "$0")/pages_people.py" "$1" "$(dirname "$0")/../.."
