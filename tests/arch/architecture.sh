#!/bin/sh
# The include rules (docs/architecture.md, "Layers" and "Include rules"): reads every
# #include of src/ and include/ against the table below. Usage: architecture.sh ROOT
set -eu
root=${1:-.}
exec python3 "$(dirname "$0")/architecture.py" "$root"
