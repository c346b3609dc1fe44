#!/usr/bin/env bash
# People come into an organization by src/organizations/admission.c alone: no statement of anybody else adds to
# organization_users, no relation over that table is open, and nobody else has its entrance.
set -eu
bad=0
complain() { echo "$1"; bad=1; }

# what is written out by hand, wherever the text is broken
for file in src/*/*.c src/*/*.h src/*/*.def; do
	[ -f "$file" ] || continue
	if tr '\n\t"' '   ' <"$file" | tr -s ' ' | grep -qiE 'INTO organization_users\b'; then
		complain "$file: adds to organization_users by a statement of its own"
	fi
done

# relations over the table, each a description from RELATION( to the line };
open=$(cat src/*/*.c | awk '
	/^(static )?RELATION\(/ { inside = 1; text = "" }
	inside { text = text $0 "\n" }
	inside && /^};/ {
		inside = 0
		if (text ~ /\.table = "organization_users"/ && text !~ /\.closed = true/)
			print text
	}')
[ -z "$open" ] || complain "an open relation over organization_users: $open"
described=$(grep -h '\.table = "organization_users"' src/*/*.c | wc -l)
[ "$described" = 1 ] || complain "organization_users is described $described times, not once"

entrances=$(grep -lE '^ENTRANCE\(.*&organization_users\b' src/*/*.c || true)
[ "$entrances" = src/organizations/admission.c ] ||
	complain "the entrance of organization_users is not in src/organizations/admission.c alone: $entrances"
exit "$bad"
