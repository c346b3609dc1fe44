/* The verbs of the keys that sign cookies: list, rotate. */
#include "cli/cli.h"

#include "tenant/cookie_keys.h"

#include "base/banned.h"

static void print_keys(struct buffer *to, const struct cookie_keys *keys)
{
	struct json_out j;

	json_out_init(&j, to);
	json_list(&j);
	for (int i = 0; i < keys->count; i++) {
		json_open(&j);
		json_key_text(&j, "id", keys->keys[i].id);
		json_key_int(&j, "createdAt", keys->keys[i].created_at_ms / 1000);
		json_close(&j);
	}
	json_list_end(&j);
	buffer_char(to, '\n');
}

/* Reads the table in this transaction, not the memory, since rotate() has just changed it. */
static err_t list(struct invocation *v)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	err_t e = cookie_keys_read(v->tx, &keys);

	if (e)
		return e;
	print_keys(&v->out, keys);
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
