#!/usr/bin/env bash
# A column of a row is read by its name (COLUMNS, store/store.h), which the start compares with the statement. A number would
# read another column, in silence, once somebody changes the text above it.
set -eu
bad=0
readers='rows_(text|textn|int|blob|real|null)'
while IFS= read -r file; do
	# calls stand on one line here, whatever line they were broken at; each keeps the number of its first line
	found=$(awk '{ line = line == "" ? NR ": " $0 : line $0 } !/,[[:space:]]*$/ { print line; line = "" } END { print line }' "$file" |
		grep -E "$readers\([^,;]*,([^,;)]*[^A-Za-z0-9_,;)])?[0-9]+[,)]" || true)
	if [ -n "$found" ]; then
		echo "$file reads a column by its number:"
		echo "$found"
		bad=1
	fi
done < <(find src -name '*.[ch]' ! -path 'src/store/*' | sort)
exit "$bad"
