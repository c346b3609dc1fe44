/* The verbs of the keys that sign cookies: list, rotate. */
#include "cli/cli.h"

#include "tenant/cookie_keys.h"

#include "base/banned.h"

/* Reads the table in this transaction, not the memory, since rotate() has just changed it. */
static err_t list(struct invocation *v)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	err_t e = cookie_keys_read(v->tx, &keys);
	struct json_out j;

	if (e)
		return e;
	json_out_init(&j, &v->out);
	cookie_keys_write(&j, keys);
	buffer_char(&v->out, '\n');
	return OK;
}

static err_t rotate(struct invocation *v)
{
	err_t e = cookie_keys_rotate(v->tx, v->arena);

	return e ? e : list(v);
}

const struct verb cookie_key_verbs[] = {
	{ "cookie-key", "list", .tenant = true, .run = list, .help = "List the keys that sign a tenant's cookies" },
	{ "cookie-key", "rotate", .tenant = true, .run = rotate,
	  .help = "Sign cookies with a new key; the one before still verifies" },
};
const size_t cookie_key_verb_count = ARRAY_LEN(cookie_key_verbs);
