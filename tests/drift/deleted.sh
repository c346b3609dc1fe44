#!/usr/bin/env bash
# A statement that reads what may be marked as deleted, or what hangs on it, says so: deleted_at, LIVE() or
# entity_live() (entity/deletion.h). Else a large thing would be seen by somebody until its rest is gone.
set -eu
tables='organizations|roles|tenants|user_roles|application_roles|organization_(users|applications|user_roles|application_roles|invitations|jit_[a-z_]+)'

# "file name" of a definition (STATEMENT, macro, function) that needs no filter of its own, and why
excused='
src/directory/applications.c ADMIN_OF		the admin role is never deleted
src/directory/roles.c FEATURED_USERS		of a row of the list, which has the filter
src/directory/roles.c FEATURED_APPLICATIONS	likewise
src/directory/roles.c filter_roles		likewise
src/organizations/organization.c FEATURED_USERS	of a row of the list
src/organizations/organization.c list_joined	the query adds it
src/organizations/jit.c list_connectors		its organization is looked up with it
src/organizations/invitations.c INVITATIONS_NOW	the query adds it
src/organizations/invitations.c lock_invitation	load() follows, which has it
src/organizations/consent.c RELATION		its child is looked up with it
src/tenant/tenant.c tenant_remove		the end itself
src/tenant/tenant.c tenant_count_built_in	they are never deleted
src/tenant/setting.c setting_lock		a lock; its caller has found the tenant
src/tenant/cookie_keys.c cookie_keys_lock	likewise
src/tenant/connectors.c connectors_lock	likewise
src/tenant/cookie_keys.c tenants_without_cookie_keys	one that is deleted keeps its keys to the end
src/tenant/seed.c seed_gone_role		likewise
src/tenant/seed.c seed_gone_organization	likewise
'
found=$(find src -name '*.[ch]' ! -path 'src/store/*' ! -path 'src/entity/*' | sort | xargs awk -v tables="$tables" '
	function judge() {
		if (text ~ ("(FROM|JOIN) ("  tables ")([^a-z_]|$)") && text !~ /deleted_at|LIVE\(|entity_live/)
			print file " " name
		text = ""
	}
	FNR == 1 { judge(); name = ""; file = FILENAME }
	/^[A-Z_0-9]*STATEMENT2?\(/ { judge(); name = $0; sub(/^[A-Z_0-9]*\(/, "", name); sub(/[^a-z_0-9].*/, "", name) }
	/^#define/ { judge(); name = $2; sub(/\(.*/, "", name) }
	/^RELATION\(/ { judge(); name = "RELATION" }
	/^[a-z].*[a-z_]\(.*\)$/ { judge(); name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
	name == "" && /^\t[a-z]/ { name = $1; sub(/,.*/, "", name) }	# on the line below
	{ text = text $0 "\n" }
	END { judge() }
')
bad=0
while IFS=' ' read -r file name; do
	[ -z "$file" ] || grep -qE "^$file ${name}[[:space:]]" <<<"$excused" || {
		echo "$file: $name reads what may be deleted, without deleted_at or LIVE()"
		bad=1
	}
done <<<"$found"
while read -r file name _; do
	[ -z "$file" ] || grep -qxF "$file $name" <<<"$found" || {
		echo "tests/drift/deleted.sh excuses $file $name, which needs none"
		bad=1
	}
done <<<"$excused"
exit "$bad"
