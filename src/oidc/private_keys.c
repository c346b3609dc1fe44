/* The signing keys, to whoever may manage the tenant (oidc.md section 3.1). Never the key material. */
#include <string.h>

#include "oidc/oidc.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define GRACE_MOST_S INT64_C(3153600000)	/* a hundred years */

static err_t no_ring(err_t e)
{
	return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "the tenant has no signing key") : e;
}

static void write_key(struct json_out *j, const struct ring_key *k)
{
	json_open(j);
	json_key_text(j, "id", k->id);
	json_key_int(j, "createdAt", k->created_at_s);
	/* the contract knows two names; EdDSA counts as one of elliptic curves */
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

	return e ? no_ring(e) : reply_list(rq, ring);
}

/* What is in the table now, in this transaction. */
static err_t reply_ring(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_read(rq->tx, &ring);

	return e ? no_ring(e) : reply_list(rq, ring);
}

static bool wants_rsa(const struct request *rq)
{
	const char *algorithm = body_text(rq, "signingKeyAlgorithm");

	return algorithm && !strcmp(algorithm, "RSA");
}

/* `EC` is what the operator chose for new tenants, unless that is RSA. */
static enum key_algorithm chosen(const struct request *rq)
{
	enum key_algorithm algorithm;

	if (wants_rsa(rq))
		return KEY_RS256;
	if (!key_algorithm_parse(context.settings->signing_algorithm, &algorithm) || algorithm == KEY_RS256)
		return KEY_ES256;
	return algorithm;
}

/* One pass makes the key; the next has it from its private form, in the request's arena. */
err_t private_keys_prepare(struct request *rq)
{
	CLEANUP(secret_done) struct secret der = { 0 };
	struct slice *plan = ARENA_NEW(rq->arena, struct slice);
	struct key *key;
	err_t e = key_generate(KEY_RS256, &key);

	if (e)
		return e;
	e = key_private(key, &der);
	key_free(key);
	if (e)
		return e;
	*plan = (struct slice){ arena_copyn(rq->arena, (const char *)der.bytes, der.len), der.len };
	rq->plan = plan;
	return OK;
}

static err_t new_key(struct request *rq, struct key **out)
{
	const struct slice *plan = rq->plan;

	if (!wants_rsa(rq))
		return key_generate(chosen(rq), out);
	return plan ? key_parse(plan->at, plan->len, KEY_RS256, out) : ERR_SLOW_FIRST;
}

static err_t grace_of(const struct request *rq, int64_t *out)
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

err_t private_keys_rotate(struct request *rq)
{
	struct key *key;
	int64_t grace_s;
	err_t e = grace_of(rq, &grace_s);

	if (e)
		return e;
	e = new_key(rq, &key);
	if (e)
		return e;
	e = keyring_rotate(rq->tx, rq->arena, key, grace_s);
	key_free(key);
	return e ? e : reply_ring(rq);
}

err_t private_keys_delete(struct request *rq)
{
	err_t e = keyring_delete(rq->tx, path_arg(rq, "keyId"));

	return e ? e : reply_empty(rq, 204);
}
