#!/usr/bin/env bash
# Each language of src/base/messages says what errors.def says in English: every row with a code, nothing else,
# with the same placeholders.
set -eu
bad=0
for file in src/base/messages/*.txt; do
	if ! grep -q "'messages/${file##*/}'" src/base/meson.build; then
		echo "$file is not built in: src/base/meson.build does not name it"
		bad=1
	fi
	awk '
	function placeholders(text,  found, list, n, i, j, t) {
		n = 0
		while (match(text, /\{[a-z]*\}/)) {
			found[++n] = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
		}
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && found[j - 1] > found[j]; j--) {
				t = found[j]
				found[j] = found[j - 1]
				found[j - 1] = t
			}
		list = ""
		for (i = 1; i <= n; i++)
			list = list found[i]
		return list
	}
	function complain(what) {
		print FILENAME ": " what
		bad = 1
	}
	FILENAME ~ /\.def$/ {
		if (match($0, /^E\([A-Z0-9_]+,[^"]*"[^"]+",/)) {
			name = substr($0, 3, index($0, ",") - 3)
			english[name] = substr($0, RLENGTH + 1)
		}
		next
	}
	/^#/ || /^$/ { next }
	{
		name = $1
		text = substr($0, length(name) + 4)
		if (!(name in english))
			complain(name " is stale: errors.def has no such row, or it has no code")
		else if (name in seen)
			complain(name " stands there twice")
		else if (placeholders(text) != placeholders(english[name]))
			complain(name " has placeholders \"" placeholders(text) \
				"\", in English \"" placeholders(english[name]) "\"")
		seen[name] = 1
	}
	END {
		FILENAME = ARGV[2]
		for (name in english)
			if (!(name in seen))
				complain(name " is missing")
		exit bad
	}' src/base/errors.def "$file" || bad=1
done
exit "$bad"
