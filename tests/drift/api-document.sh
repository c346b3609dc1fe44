#!/usr/bin/env bash
# Every route tells in the API document what it is for, and has an id of its own that clients are generated from.
set -eu
check() {
	local document bad
	document=$(curl -sf "$GUILDHALL_BASE/api/swagger.json")
	bad=$(jq -r '
		[.paths | to_entries[] | .key as $path | .value | to_entries[] | select(.value | type == "object" and has("responses")) |
			{ route: "\(.key | ascii_upcase) \($path)", id: .value.operationId, summary: .value.summary }] as $routes |
		(if ($routes | length) < 100 then "the API document has \($routes | length) routes: too few to be all" else empty end),
		($routes[] | select((.summary // "") == "") | "\(.route) has no summary"),
		($routes[] | select((.id // "") == "") | "\(.route) has no operation id"),
		($routes | map(select(.id)) | group_by(.id)[] | select(length > 1) | "\(map(.route) | join(", ")) share the operation id \(.[0].id)")
	' <<<"$document")
	[ -z "$bad" ] || { echo "$bad"; return 1; }
}
if [ -n "${GUILDHALL_BASE:-}" ]; then
	check
else
	exec tests/support/with-server.sh "$0"
fi
