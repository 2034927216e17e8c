#!/bin/sh
# docs/manners.md names every row of the tests of manners, and no other; all numbers are
# there. Usage: manners_docs.sh BINARY
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
awk -F ' *\\| *' '/^\| [0-9]/ && $4 != "elsewhere" { print $2 " " $4 }' "$page" | sort >"$temp/page"
diff -u "$temp/tests" "$temp/page" || { echo "the tests (-) and docs/manners.md (+) differ"; status=1; }
awk -F ' *\\| *' '/^\| [0-9]/ { print $2 }' "$page" | sort -nu >"$temp/numbers"
seq 61 | diff - "$temp/numbers" || { echo "numbers are missing in docs/manners.md"; status=1; }
# what other tests show has no row here; every line says what shows it, or what its absence
# looks like
for n in $(awk -F ' *\\| *' '/^\| [0-9]/ && $4 == "elsewhere" { print $2 }' "$page"); do
	grep -q "^$n " "$temp/tests" && { echo "$n has a row now: docs/manners.md"; status=1; }
done
awk -F ' *\\| *' '/^\| [0-9]/ && $5 == "" { print $2 ": nothing stands in its last column"; bad = 1 } END { exit bad }' "$page" || status=1
# every behaviour that is built can be switched off
for n in $(cut -d ' ' -f 1 "$temp/tests" | sort -nu); do
	name=$(sed -n "s/^	\(RK_M_[A-Z0-9_]*\) = $n,.*/\1/p" "$(dirname "$0")/../../include/ruamkhao/manners.h")
	grep -rq "rk_keeps($name)" "$(dirname "$0")/../../src" || { echo "$n: nobody asks rk_keeps($name)"; status=1; }
done
exit $status
