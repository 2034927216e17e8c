#!/bin/sh
# Pages of public systems through `parse --page`. Usage: e2e_pages.sh BINARY
exec python3 "$(dirname "$0")/e2e_pages.py" "$1"
