/* The Management API of the signing keys (oidc.md section 3.1). It never shows the key material. */
#include <string.h>

#include "oidc/oidc.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define GRACE_MOST_S INT64_C(3153600000)	/* a hundred years */

static err_t ring_error(err_t e)
{
	return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "the tenant has no signing key") : e;
}

static void write_key(struct json_out *j, const struct ring_key *k)
{
	json_open(j);
	json_key_text(j, "id", k->id);
	json_key_int(j, "createdAt", k->created_at_s);
	/* the contract has only two names, so EdDSA is EC, too */
	json_key_text(j, "signingKeyAlgorithm", key_algorithm(k->key) == KEY_RS256 ? "RSA" : "EC");
	json_key_text(j, "status", key_status_name(k->status));
	if (k->status == KEY_NEXT)
		json_key_int(j, "effectiveAt", k->effective_at_ms);
	json_close(j);
}

static err_t reply_list(struct request *rq, const struct keyring *ring)
{
	struct json_out j = reply_json(rq, 200);

	json_list(&j);
	for (int i = 0; i < ring->count; i++)
		write_key(&j, &ring->keys[i]);
	json_list_end(&j);
	return OK;
}

err_t private_keys_list(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_load(rq->tx, rq->tenant->id, &ring);

	return e ? ring_error(e) : reply_list(rq, ring);
}

/* Answers with the keys in the table, as this transaction sees them. */
static err_t reply_ring(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_read(rq->tx, &ring);

	return e ? ring_error(e) : reply_list(rq, ring);
}

static bool wants_rsa(const struct request *rq)
{
	const char *algorithm = body_text(rq, "signingKeyAlgorithm");

	return algorithm && !strcmp(algorithm, "RSA");
}

/* The algorithm of the new key. `EC` means the one that the settings choose for new tenants; ES256 if that is RSA. */
static enum key_algorithm choose_algorithm(const struct request *rq)
{
	enum key_algorithm algorithm;

	if (wants_rsa(rq))
		return KEY_RS256;
	if (!key_algorithm_parse(context.settings->signing_algorithm, &algorithm) || algorithm == KEY_RS256)
		return KEY_ES256;
	return algorithm;
}

/* The grace period in seconds, of the body or the settings. ERR_INPUT: negative, not whole, over a hundred years. */
static err_t read_grace(const struct request *rq, int64_t *out)
{
	const json_t *given = body_get(rq, "rotationGracePeriod");
	double seconds = json_number_value(given);

	*out = context.settings->rotation_grace;
	if (!given)
		return OK;
	if (seconds < 0 || seconds > GRACE_MOST_S || seconds != (double)(int64_t)seconds)
		return err_arg(err_set(ERR_INPUT, "grace period"), "part", "body");
	*out = (int64_t)seconds;
	return OK;
}

struct rotation {
	int64_t grace_s;
	struct key *key;
};
FLOW(rotation, struct rotation)

static err_t put_key(struct request *rq)
{
	const struct rotation *r = rotation(rq);
	err_t e = keyring_rotate(rq->tx, rq->arena, r->key, r->grace_s);

	return e ? e : reply_ring(rq);
}

static const struct step put_key_step = { "put a signing key in place", WRITE, put_key };

static void free_key(void *key)
{
	key_free(key);
}

/* Runs on WORK: an RSA key takes seconds of processor time, and no transaction may wait for it. */
static err_t make_key(struct request *rq)
{
	struct rotation *r = rotation(rq);
	err_t e = read_grace(rq, &r->grace_s);

	if (!e)
		e = key_generate(choose_algorithm(rq), rq->task.until, &r->key);
	if (e)
		return e;
	arena_defer(rq->arena, free_key, r->key);
	return next(rq, &put_key_step);
}

const struct step private_keys_rotate = { "make a signing key", WORK, make_key };

err_t private_keys_delete(struct request *rq)
{
	err_t e = keyring_delete(rq->tx, path_arg(rq, "keyId"));

	return e ? e : reply_empty(rq, 204);
}
