/*
 * expiry.h - rows that are over at a time of their own: readers do not find them from then on (`expires_at > $n`), and
 * a worker forgets them, slice by slice.
 *
 *	EXPIRING(session, "sessions", "hash", 0);
 *
 * Rows that have another time are forgotten so long after that one.
 */
#ifndef ENTITY_EXPIRY_H
#define ENTITY_EXPIRY_H

#include "store/store.h"

struct expiring {
	struct statement *forget;
	int64_t kept_ms;	/* how long a row stays after its end */
};

/* Rows of `table`, whose key is (tenant_id, key), are forgotten `kept` milliseconds after their `expires_at`. */
#define EXPIRING(id, table, key, kept) EXPIRING_BY(id, table, key, "expires_at", kept)
/* The same after the time in another column. The table has an index that begins with it. */
#define EXPIRING_BY(id, table, key, column, kept) \
	GLOBAL_STATEMENT2(forget_##id, \
			  "DELETE FROM " table " WHERE (tenant_id, " key ") IN" \
			  " (SELECT tenant_id, " key " FROM " table " WHERE " column " < $1 LIMIT $2)", \
			  "DELETE FROM " table " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " table \
			  " WHERE " column " < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))"); \
	static const struct expiring id##_expiring = { &forget_##id, kept }; \
	static const struct expiring *const id##_expiring_ref __attribute__((used, section("expiring"))) = \
		&id##_expiring

#endif
