#!/usr/bin/env bash
# A line of C ends before column 120, where a tab reaches to the next multiple of 8. Rows of .def tables are longer.
set -euo pipefail
find src tests fuzz tools bench \( -name '*.c' -o -name '*.h' \) | sort | LC_ALL=C xargs awk '
	{
		line = $0
		gsub(/[\200-\277]/, "", line)	# of a character in UTF-8 the first byte counts
		column = 0
		parts = split(line, part, "\t")
		for (i = 1; i < parts; i++) column += length(part[i]) + 8 - length(part[i]) % 8
		if (column + length(part[parts]) >= 120) { print FILENAME ":" FNR ": ends behind column 119"; bad = 1 }
	}
	END { exit bad }'
