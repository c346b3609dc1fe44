/* The verbs of signing keys: list, rotate. */
#include "cli/cli.h"

#include <string.h>

#include "base/js_number.h"
#include "crypto/keys.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static void print_ring(struct buffer *to, const struct keyring *ring)
{
	struct json_out j;

	json_out_init(&j, to);
	json_list(&j);
	for (int i = 0; i < ring->count; i++) {
		const struct ring_key *k = &ring->keys[i];

		json_open(&j);
		json_key_text(&j, "id", k->id);
		json_key_text(&j, "kid", key_kid(k->key));
		json_key_text(&j, "algorithm", key_algorithm_name(key_algorithm(k->key)));
		json_key_text(&j, "status", key_status_name(k->status));
		json_key_int(&j, "createdAt", k->created_at_s);
		if (k->status == KEY_NEXT)
			json_key_int(&j, "effectiveAt", k->effective_at_ms);
		json_close(&j);
	}
	json_list_end(&j);
	buffer_char(to, '\n');
}

static err_t list(struct invocation *v)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_load(v->tx, txn_tenant(v->tx), &ring);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(e, "the tenant has no signing keys") : e;
	print_ring(&v->out, ring);
	return OK;
}

/* Reads the table in this transaction, not the memory, since rotate() has just changed it. */
static err_t list_after_change(struct invocation *v)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_read(v->tx, &ring);

	if (!e)
		print_ring(&v->out, ring);
	return e;
}

/* Makes the new key before the transaction, since an RSA key takes long. ERR_INPUT: an unknown algorithm. */
static err_t make_key(struct invocation *v)
{
	const char *name = option(v, "algorithm");
	enum key_algorithm algorithm;

	if (!key_algorithm_parse(name ? name : v->settings.signing_algorithm, &algorithm))
		return err_set(ERR_INPUT, "--algorithm is one of ES256, ES384, RS256, EdDSA");
	return key_generate(algorithm, NULL, &v->key);
}

static err_t rotate(struct invocation *v)
{
	const char *grace = option(v, "grace");
	int64_t grace_s = v->settings.rotation_grace;
	double seconds;
	err_t e;

	if (grace && (!text_js_number(grace, &seconds) || !(seconds >= 0 && seconds <= 31536000)))
		return err_set(ERR_INPUT, "--grace is a number of seconds");
	if (grace)
		grace_s = (int64_t)seconds;
	e = keyring_rotate(v->tx, v->arena, v->key, grace_s);
	return e ? e : list_after_change(v);
}

static const struct option_row rotate_options[] = {
	{ "algorithm", "NAME", "ES256, ES384, RS256 or EdDSA; default: the setting signing-algorithm" },
	{ "grace", "SECONDS", "Publish it now, sign with it after so long; default: the setting key-rotation-grace" },
	{ .name = NULL }
};

const struct verb key_verbs[] = {
	{ "key", "list", .tenant = true, .run = list, .help = "List the signing keys of a tenant" },
	{ "key", "rotate", .options = rotate_options, .tenant = true, .work = make_key, .run = rotate,
	  .help = "Put a new signing key in place", .reads = BY_ROTATION },
};
const size_t key_verb_count = ARRAY_LEN(key_verbs);
