#!/usr/bin/env bash
# docs/architecture.md names every room, and no room that is not there.
set -eu
bad=0
rooms=$(sed -n '/^## 1\. /,/^## 2\. /p' docs/architecture.md | grep -oE '^\| ([0-9]+|–) \|[^|]*\|' | grep -oE '`[a-z]+/`' | tr -d '`/' | sort)
for room in src/*/; do
	room=$(basename "$room")
	[ -n "$(find "src/$room" -name '*.[ch]' -print -quit)" ] || continue	# no room yet
	if ! grep -qxF "$room" <<<"$rooms"; then
		echo "docs/architecture.md does not name src/$room"
		bad=1
	fi
done
for room in $rooms; do
	if [ ! -d "src/$room" ]; then
		echo "docs/architecture.md names src/$room, which is not there"
		bad=1
	fi
done
exit "$bad"
