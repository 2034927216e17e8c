#!/bin/sh
# Uploads to a bucket, against a store that checks every signature. Usage: e2e_bucket.sh BINARY
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/e2e_bucket.py" "$1"
