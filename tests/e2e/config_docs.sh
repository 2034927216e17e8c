#!/bin/sh
# ruamkhao.yml(5) and `config describe` agree: the same options in the same groups and order,
# the same types and defaults. Usage: config_docs.sh BINARY
set -eu
bin=$1
page=$(dirname "$0")/../../docs/man/ruamkhao.yml.5
status=0
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$page" || { echo "the manual page has faults"; status=1; }
fi
# Both as lines "group | option | type and default".
"$bin" config describe | awk '
	/^[^ ]/ { group = $0 }
	/^  [^ ]/ { name = $1; wanted = 1 }
	/^      type: / && wanted { sub(/^ *type: /, ""); print group " | " name " | " $0; wanted = 0 }
' >"$temp/program"
awk '
	/^\.\\" group: / { sub(/^\.\\" group: /, ""); group = $0 }
	/^\.It Ic / && group != "" { name = $3; wanted = 1; next }
	wanted { wanted = 0; if (!sub(/^Type: /, "") || !sub(/\.$/, "")) $0 = "no line \"Type: ...\""; print group " | " name " | " $0 }
' "$page" >"$temp/page"
[ "$(wc -l <"$temp/program")" -ge 40 ] || { echo "config describe prints too few options"; status=1; }
diff -u "$temp/program" "$temp/page" || { echo "config describe (-) and the manual page (+) differ"; status=1; }
# an option says what it means: more than its type stands below it
awk '
	/^\.It Ic / { if (name != "" && lines < 2) { print name " has no meaning in the page"; bad = 1 } name = $3; lines = 0; next }
	/^\.El/ { if (name != "" && lines < 2) { print name " has no meaning in the page"; bad = 1 } name = "" }
	name != "" { lines++ }
	END { exit bad }
' "$page" || status=1
# the examples of the page are right
awk '/^\.Bd -literal/ { n++; on = 1; next } /^\.Ed/ { on = 0 } on { print > (dir "/example" n) }' dir="$temp" "$page"
mkdir "$temp/sources"
sed "s|: /var/lib/|: $temp/|; s|: /srv/|: $temp/|" "$temp/example1" >"$temp/ruamkhao.yml"
mv "$temp/example2" "$temp/sources/example.yml"
mv "$temp/example3" "$temp/agencies.yml"
mv "$temp/example4" "$temp/sources/pages.yml"
"$bin" -c "$temp/ruamkhao.yml" config check >"$temp/said" 2>&1 ||
	{ echo "the examples are refused:"; cat "$temp/said"; status=1; }
grep -q '8 sources' "$temp/said" || { echo "the examples hold other sources:"; cat "$temp/said"; status=1; }
exit $status
