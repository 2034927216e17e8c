#!/bin/sh
# Where entries are routed, through `once`. Usage: e2e_routing.sh BINARY
exec python3 "$(dirname "$0")/e2e_routing.py" "$1"
