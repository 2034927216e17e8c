#!/bin/sh
# Every fault of a misbehaving origin through the whole program. Usage: e2e_faults.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
command -v openssl >/dev/null || { echo "skipped: no openssl"; exit 77; }
root=$(dirname "$0")/../..
shared=${RK_SHARED:-$root/../shared}
[ -f "$shared/tools/faultorigin.py" ] || {
	echo "skipped: no tools/faultorigin.py below $shared (RK_SHARED)"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_faults.py" "$1" "$shared/tools/faultorigin.py"
