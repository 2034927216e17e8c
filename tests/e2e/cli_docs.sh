#!/bin/sh
# The manual page, the help and the table of commands agree. Usage: cli_docs.sh BINARY
set -eu
bin=$1
page=$(dirname "$0")/../../docs/man/ruamkhao.1
status=0
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$page" || { echo "the manual page has faults"; status=1; }
fi
commands=$("$bin" help | sed -n '/^usage/,/^  -c/p' | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(printf '%s\n' "$commands" | wc -l)" -ge 11 ] || { echo "too few commands in help"; status=1; }
for command in $commands; do
	grep -q "^\.It Cm $command\b" "$page" || { echo "$command is not in the manual page"; status=1; }
	"$bin" help "$command" | grep -q "^usage: ruamkhao $command" || { echo "help $command is wrong"; status=1; }
	for option in $("$bin" help "$command" | sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
		grep -q "Fl -$option\b" "$page" || { echo "--$option of $command is not in the manual page"; status=1; }
	done
	[ "$("$bin" "$command" --help)" = "$("$bin" help "$command")" ] || { echo "$command --help differs"; status=1; }
done
for command in $(sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' "$page"); do
	printf '%s\n' "$commands" | grep -qx "$command" || { echo "$command is in the page only"; status=1; }
done
"$bin" --version | grep -qx 'ruamkhao [0-9.]*' || { echo "--version is odd"; status=1; }
expect() {
	want=$1
	shift
	got=0
	"$@" >/dev/null 2>&1 || got=$?
	[ "$got" = "$want" ] || { echo "$*: exit $got, not $want"; status=1; }
}
expect 2 "$bin"
expect 2 "$bin" nonsense
expect 2 "$bin" once --nonsense
expect 2 "$bin" parse
expect 2 "$bin" once -c /nonexistent/ruamkhao.yml
expect 2 "$bin" help nonsense
# what docs/contracts.md names is there, or says in one line that it is not yet, and what is
contracts=$(dirname "$0")/../../docs/contracts.md
named=$(sed -n '/^## 1/,/^## 2/p' "$contracts" | grep '^| `' | cut -d'|' -f2 | grep -o '`[a-z]*' | tr -d '`')
[ "$(printf '%s\n' "$named" | wc -l)" -ge 20 ] || { echo "too few commands in contracts.md"; status=1; }
refused() {
	got=0
	said=$("$@" 2>&1) || got=$?
	[ "$got" = 2 ] || { echo "$*: exit $got, not 2"; status=1; }
	[ "$(printf '%s\n' "$said" | wc -l)" = 1 ] || { echo "$*: more than a line"; status=1; }
	case $said in *"not built yet: "*) ;; *) echo "$*: $said"; status=1 ;; esac
}
for command in $named; do
	printf '%s\n' "$commands" | grep -qx "$command" && continue
	refused "$bin" "$command" x
	refused "$bin" help "$command"
	sed -n '/^- Not built yet/,/^$/p' "$(dirname "$contracts")/../CHANGELOG.md" | grep -qw "$command" ||
		{ echo "CHANGELOG.md does not say that $command is not built"; status=1; }
done
for form in opml csv; do
	"$bin" help export | grep -qw "$form" || refused "$bin" export "$form"
done
exit $status
