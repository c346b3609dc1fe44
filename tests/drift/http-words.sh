#!/usr/bin/env bash
# src/http knows no path of ours, no word of OAuth and no door by name: that is what mounts and doors are for.
set -eu
words='"/(api|oidc|console|account|me|demo-app|device-demo-app|\.well-known)|/api/|/oidc|oidc|oauth|logto|management|organization|console|experience|sign.?in'
bad=0
while IFS= read -r file; do
	# the text without comments, each line with its number
	found=$(awk '{
		line = $0; out = ""
		while (line != "") {
			if (inside) {
				at = index(line, "*/")
				if (!at) break
				inside = 0; line = substr(line, at + 2)
			} else {
				at = index(line, "/*")
				if (!at) { out = out line; break }
				out = out substr(line, 1, at - 1); inside = 1; line = substr(line, at + 2)
			}
		}
		print NR ": " out
	}' "$file" | grep -iE "^[0-9]+: .*($words)" || true)
	if [ -n "$found" ]; then
		echo "$file knows what only a mount or a door should know:"
		echo "$found"
		bad=1
	fi
done < <(find src/http -name '*.[ch]')
exit "$bad"
