#!/usr/bin/env bash
# The rules of a C file that no compiler checks: its own header first, base/banned.h last, and no arrow up the house.
set -eu
bad=0
complain() { echo "$1: $2"; bad=1; }

# floors of docs/architecture.md, lowest first; rooms of one floor do not use each other
floor() {
	case $1 in
	base) echo 1 ;;
	store | http | crypto | saml) echo 2 ;;	# saml: a program of its own
	entity) echo 3 ;;
	tenant | events) echo 4 ;;
	directory) echo 5 ;;
	organizations) echo 6 ;;
	signin) echo 7 ;;
	account) echo 8 ;;
	oidc | sso) echo 9 ;;
	server) echo 10 ;;
	cli) echo 11 ;;
	*) echo 0 ;;
	esac
}

while IFS= read -r file; do
	room=${file#src/}
	room=${room%%/*}
	own=${file#src/}
	own=${own%.c}.h
	includes=$(sed -n 's/^#include "\([^"]*\)"$/\1/p' "$file" | grep -v '\.def$' || true)
	case $file in
	*.c)
		if [ -f "src/$own" ] && [ "$(head -n 1 <<<"$includes")" != "$own" ]; then
			complain "$file" "includes $own first"
		fi
		if [ "$(tail -n 1 <<<"$includes")" != base/banned.h ]; then
			complain "$file" 'includes base/banned.h last'
		fi
		;;
	esac
	for other in $(sed -n 's/\/.*//p' <<<"$includes" | sort -u); do
		if [ "$other" != "$room" ] && [ "$(floor "$other")" -ge "$(floor "$room")" ]; then
			complain "$file" "may not use src/$other"
		fi
	done
done < <(find src -mindepth 2 \( -name '*.c' -o -name '*.h' \))
exit "$bad"
