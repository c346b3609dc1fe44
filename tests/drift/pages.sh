#!/usr/bin/env bash
# What the first load of a page transfers, compressed, stays below 60 kB: the document is about 4 kB of it, the rest
# are the files that it names.
set -eu
most=$((60 * 1000 - 6 * 1000))
for page in sign-in account; do
	total=0
	for file in build-pages/assets/"$page"-*.js build-pages/assets/style-*.css; do
		[ -f "$file" ] || { echo "$file is not there: ./dev build makes it"; exit 1; }
		total=$((total + $(gzip -9 <"$file" | wc -c)))
	done
	if [ "$total" -gt "$most" ]; then
		echo "the page $page loads $total bytes of scripts and styles, more than $most"
		exit 1
	fi
done
