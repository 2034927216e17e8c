#!/bin/sh
# The nginx example of docs/hosting.md, as nginx reads it. Usage: e2e_hosting.sh BINARY
PATH=$PATH:/usr/sbin
for tool in nginx python3; do
	command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
exec python3 -B "$(dirname "$0")/e2e_hosting.py" "$1" "$(dirname "$0")/../../docs/hosting.md"
