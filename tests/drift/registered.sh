#!/usr/bin/env bash
# A test or source file that no build description names is never compiled, and nobody notices.
set -eu
bad=0
while IFS= read -r file; do
	dir=$(dirname "$file")
	base=$(basename "$file")
	named=0
	while :; do			# its own folder's meson.build, or one above
		if [ -f "$dir/meson.build" ] && grep -qE "(^|[^a-z0-9_])${base%.c}(\.c)?'" "$dir/meson.build"; then
			named=1
			break
		fi
		case $dir in
		*/*) dir=$(dirname "$dir") ;;
		*) break ;;
		esac
	done
	if [ "$named" = 0 ]; then
		echo "$file is in no meson.build"
		bad=1
	fi
done < <(find src tests/unit tests/faults fuzz tools -name '*.c' ! -path src/main.c ! -path src/saml/main.c)
exit "$bad"
