#!/bin/sh
# docs/manners.md names every row of the tests of manners, and no other; all 61 numbers have
# a test and a switch. Usage: manners_docs.sh BINARY
set -eu
tests=$(dirname "$1")/tests
page=$(dirname "$0")/../../docs/manners.md
status=0
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
for program in "$tests"/e2e_manners_*; do
	[ -x "$program" ] || continue
	"$program" --list | sed "s/^\([0-9]*\) /\1 ${program##*/e2e_manners_}: /"
done | sort >"$temp/tests"
[ "$(wc -l <"$temp/tests")" -ge 50 ] || { echo "too few tests of manners are built"; status=1; }
awk -F ' *\\| *' '/^\| [0-9]/ { print $2 " " $4 }' "$page" | sort >"$temp/page"
diff -u "$temp/tests" "$temp/page" || { echo "the tests (-) and docs/manners.md (+) differ"; status=1; }
# all numbers have a test: the lines of the page are those of the tests
cut -d ' ' -f 1 "$temp/tests" | sort -nu >"$temp/numbers"
seq 61 | diff - "$temp/numbers" || { echo "numbers (<) without a test"; status=1; }
# every line says what the absence looks like
awk -F ' *\\| *' '/^\| [0-9]/ && ($3 == "" || $5 == "") { print $2 ": an empty column"; bad = 1 } END { exit bad }' "$page" || status=1
# each can be switched off
for n in $(seq 61); do
	name=$(sed -n "s/^	\(RK_M_[A-Z0-9_]*\) = $n,.*/\1/p" "$(dirname "$0")/../../include/ruamkhao/manners.h")
	[ -n "$name" ] && grep -rq "rk_keeps($name)" "$(dirname "$0")/../../src" || { echo "$n: nobody asks rk_keeps($name)"; status=1; }
done
exit $status
