/*
 * Texts made at run time (searches, filters, orders): each connection keeps the last SHAPES of them prepared, found
 * again by the text as it was given. The one unused for longest makes room for a new one.
 */
#include "store/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/banned.h"

static void shape_drop(struct shape *sh)
{
	free(sh->key);
	free(sh->sql.text);
	*sh = (struct shape){0};
}

static struct shape *shape_lookup(struct conn *c, const char *text, size_t len, uint64_t hash)
{
	struct shape *sh;

	for (sh = c->shapes; sh < c->shapes + SHAPES; sh++) {
		if (sh->used && sh->hash == hash && sh->key_len == len && memcmp(sh->key, text, len) == 0)
			return sh;
	}
	return NULL;
}

/*
 * A free place, or that of the shape unused for longest. One that the engine still uses stays. NULL: all are in use.
 */
static struct shape *shape_room(struct conn *c)
{
	struct shape *oldest, *sh;
	uint64_t after = 0;

	for (;;) {
		oldest = NULL;
		for (sh = c->shapes; sh < c->shapes + SHAPES; sh++) {
			if (!sh->used)
				return sh;
			if (sh->used > after && (!oldest || sh->used < oldest->used))
				oldest = sh;
		}
		if (!oldest)
			return NULL;
		if (c->ops->forget(c, &oldest->prepared)) {
			shape_drop(oldest);
			return oldest;
		}
		after = oldest->used;
	}
}

err_t store__shape_find(struct conn *c, const char *text, struct shape **out)
{
	size_t len = strlen(text);
	uint64_t hash = store__text_hash(text, len);
	struct shape *sh;
	err_t e;

	sh = shape_lookup(c, text, len, hash);
	if (!sh) {
		sh = shape_room(c);
		if (!sh)
			return err_set(ERR_STORE, "%d texts are in use at once", SHAPES);
		e = store__sql_make(c->store->engine, "(text)", text, false, &sh->sql);
		if (e) {
			shape_drop(sh);
			log_error("statement %s: %s", text, err_fault()->detail);
			return e;
		}
		sh->key = store__copy(text);
		sh->key_len = len;
		sh->hash = hash;
	}
	sh->used = ++c->tick;
	*out = sh;
	return OK;
}

void store__shapes_drop(struct conn *c)
{
	struct shape *sh;

	for (sh = c->shapes; sh < c->shapes + SHAPES; sh++) {
		c->ops->forget(c, &sh->prepared);
		shape_drop(sh);
	}
}
