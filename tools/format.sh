#!/usr/bin/env bash
# format.sh [--check] - clang-format over our C, in place. With --check it changes nothing: it names the lines from
# which on a file differs, and fails. Versions of clang-format disagree, so only that of Debian 12 checks.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

clang-format --version | grep -q 'version 14\.' || {
	echo 'format.sh: this is not clang-format 14' >&2
	[ "${1:-}" != --check ] || exit 0
}

copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
find src tests fuzz tools bench \( -name '*.c' -o -name '*.h' \) | sort >"$copies/list"
mapfile -t files <"$copies/list"
sed "s|^|$copies/|; s|/[^/]*\$||" "$copies/list" | sort -u | xargs mkdir -p
cp .clang-format "$copies"
xargs awk -v pass=before -v to="$copies" -f tools/format.awk <"$copies/list"
(cd "$copies" && xargs clang-format -i <list)

bad=0
for file in "${files[@]}"; do
	awk -v pass=after -f tools/format.awk "$file" "$copies/$file" >"$copies/formatted"
	if cmp -s "$file" "$copies/formatted"; then continue; fi
	if [ "${1:-}" = --check ]; then
		line=$({ diff "$file" "$copies/formatted" || true; } | sed -n '1s/[^0-9].*//p')
		echo "$file:$line: is not formatted as ./dev fmt does"
		bad=1
	else
		cat "$copies/formatted" >"$file"
	fi
done
exit "$bad"
