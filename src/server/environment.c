/* Opens and closes what the program needs before it can serve or run a verb. */
#include "server/environment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/url.h"
#include "crypto/seal.h"
#include "entity/relation.h"
#include "events/outbox.h"
#include "server/workers.h"
#include "tenant/keyring.h"
#include "tenant/setting.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define REMEMBERED_MOST 50000
#define REMEMBERED_BYTES MIB(24)

/* The store's listener: something was committed, here or by another process. */
static void on_change(const char *tenant, unsigned changes)
{
	cache_forget(context.cache, tenant, changes);
	workers_wake(changes);
}

static err_t make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return OK;
	return err_set(ERR_INTERNAL, "cannot make the folder %s: %s", path, strerror(errno));
}

/* A store is useless without the key that sealed it. Loading the signing keys shows whether this key opens them. */
static err_t check_seal(struct txn *tx)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e = keyring_load(tx, "default", &ring);

	if (e == ERR_INTERNAL)
		err_set(e, "the store was sealed with another key: give that one as seal-key or seal-key-file,"
			   " or as seal.key in the data folder");
	return e;
}

static void free_keys(struct key *(*keys)[BUILT_IN_TENANTS])
{
	for (size_t i = 0; i < BUILT_IN_TENANTS; i++)
		key_free((*keys)[i]);
}

/* Makes the first tenants. Their keys take time, so they are made before the transaction. */
static err_t seed(struct conn *c)
{
	CLEANUP(free_keys) struct key *keys[BUILT_IN_TENANTS] = { NULL };
	struct txn *tx;
	err_t e = OK;

	for (size_t i = 0; !e && i < BUILT_IN_TENANTS; i++)
		e = tenant_key(&keys[i]);
	if (!e)
		e = txn_begin(c, "admin", true, &tx);
	if (e)
		return e;
	e = tenant_seed(tx, keys);
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

/* Tells whether the store is seeded and, if so, checks that the seal's key opens what is in it. */
static err_t check_store(struct conn *c, bool *seeded)
{
	struct txn *tx;
	err_t e = txn_begin(c, "admin", false, &tx);

	if (e)
		return e;
	e = tenant_is_seeded(tx, seeded);
	if (!e && *seeded)
		e = check_seal(tx);
	txn_rollback(&tx);
	return e;
}

/* Checks the store and seeds what it misses. Another copy may seed at the same time, so it is checked again. */
static err_t prepare_store(struct store *store)
{
	struct conn *c;
	bool seeded = false;
	err_t e = conn_open(store, true, &c);

	if (e)
		return e;
	e = check_store(c, &seeded);
	if (!e && !seeded) {
		e = seed(c);
		if (!e)
			e = check_store(c, &seeded);
	}
	conn_close(c);
	return e;
}

/* The endpoint as set, as browsers write it. Unset: localhost with the port, https with a certificate. */
static err_t take_endpoint(struct arena *a, const struct settings *s, const char *given, int64_t port,
			   const char **out)
{
	if (given[strspn(given, "/")])
		*out = url_base(a, given);
	else
		*out = arena_printf(a, "%s://localhost:%lld", *s->tls_certificate && *s->tls_key ? "https" : "http",
				    (long long)port);
	return *out ? OK :
		      err_set(ERR_INTERNAL,
			      "the endpoint must be http(s)://HOST, with a port or a path where it has one");
}

/* Sets both endpoints of `context`. ERR_INTERNAL: one is not valid. */
static err_t take_endpoints(struct arena *a, const struct settings *s)
{
	err_t e = take_endpoint(a, s, s->endpoint, s->port, &context.core_endpoint);

	return e ? e : take_endpoint(a, s, s->admin_endpoint, s->admin_port, &context.admin_endpoint);
}

static err_t open_store(const struct settings *s, struct arena *a, struct store **out)
{
	struct store_options o = {
		.path = arena_printf(a, "%s/guildhall.db", s->data), .url = s->db, .listener = on_change,
		.wait_s = (int)s->db_wait_seconds,
	};
	err_t e;

	entity_start();
	relation_start();
	e = setting_start();
	if (!e)
		e = store_start(&o, out);
	return e ? e : prepare_store(*out);
}

err_t environment_open(struct settings *settings, struct store **out)
{
	static struct arena *kept;	/* endpoints and paths; never freed */
	err_t e;

	kept = arena_new();
	*out = NULL;
	context.settings = settings;
	context.cache = cache_new(REMEMBERED_MOST, REMEMBERED_BYTES);
	outbox_start(context.cache);
	e = take_endpoints(kept, settings);
	if (!e)
		e = make_folder(settings->data);
	if (!e)
		e = seal_start(settings, &context.seal);
	if (!e)
		e = open_store(settings, kept, out);
	if (e)
		fprintf(stderr, "guildhall: %s\n", err_fault()->detail);
	return e;
}

void environment_close(struct store **store)
{
	if (*store)
		store_stop(*store);
	*store = NULL;
	seal_free(context.seal);
	cache_free(context.cache);
}
