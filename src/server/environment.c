/* Opens and closes what the program needs before it can serve or run a verb. */
#include "server/environment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/*
 * Who can write into the folder can give us another database and other keys. What others may do is taken away, unless
 * the folder is one that many share (the sticky bit of /tmp): that one is no place for it.
 */
static err_t close_folder(const char *path, mode_t mode)
{
	if (!(mode & (S_IWGRP | S_IWOTH)))
		return OK;
	if ((mode & S_ISVTX) || chmod(path, mode & 07755) != 0)
		return err_set(ERR_INTERNAL,
			       "the data folder %s can be written by others: chmod go-w it, or use another", path);
	log_warn("the data folder %s could be written by others; its mode is %03o now", path, (unsigned)(mode & 0755));
	return OK;
}

/* `*made`: it was not there before. */
static err_t make_folder(const char *path, bool *made)
{
	struct stat st;

	*made = mkdir(path, 0700) == 0;
	if (*made)
		return OK;
	if (errno != EEXIST)
		return err_set(ERR_INTERNAL, "cannot make the folder %s: %s", path, strerror(errno));
	if (stat(path, &st) != 0 || access(path, R_OK | W_OK | X_OK) != 0)
		return err_set(ERR_INTERNAL, "the data folder %s cannot be used: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(ERR_INTERNAL, "the data folder %s is not a folder", path);
	return close_folder(path, st.st_mode & 07777);
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

/* What a start finds in the store. */
struct found {
	bool first;		/* nothing was ever sealed in it */
	bool seeded;
};

/* Looks into the store; with a seal, checks that it opens what is in a seeded one. */
static err_t look(struct conn *c, struct found *out)
{
	struct txn *tx;
	err_t e = txn_begin(c, "admin", false, &tx);

	if (e)
		return e;
	e = tenant_is_first(tx, &out->first);
	if (!e)
		e = tenant_is_seeded(tx, &out->seeded);
	if (!e && out->seeded && context.seal)
		e = check_seal(tx);
	txn_rollback(&tx);
	return e;
}

/*
 * Finds the seal's key, makes one for a new store, and seeds what the store misses. Another copy may seed at the same
 * time, so the store is looked at again.
 */
static err_t prepare_store(const struct settings *s, struct store *store)
{
	struct found found = {0};
	struct conn *c;
	err_t e = conn_open(store, true, &c);

	if (e)
		return e;
	e = look(c, &found);
	if (!e)
		e = seal_start(s, found.first, &context.seal);
	if (!e && !found.seeded)
		e = seed(c);
	if (!e)
		e = look(c, &found);
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

err_t environment_describe(void)
{
	entity_start();
	relation_start();
	return setting_start();
}

static err_t open_store(const struct settings *s, struct arena *a, struct store **out)
{
	struct store_options o = {
		.path = arena_printf(a, "%s/guildhall.db", s->data), .url = s->db, .listener = on_change,
		.wait_s = (int)s->db_wait_seconds,
	};
	err_t e = environment_describe();

	if (!e)
		e = store_start(&o, out);
	return e ? e : prepare_store(s, *out);
}

err_t environment_open(struct settings *settings, struct store **out)
{
	static struct arena *kept;	/* endpoints and paths; never freed */
	bool made = false;
	err_t e;

	kept = arena_new();
	*out = NULL;
	context.settings = settings;
	context.seal = NULL;
	context.cache = cache_new(REMEMBERED_MOST, REMEMBERED_BYTES);
	outbox_start(context.cache);
	e = take_endpoints(kept, settings);
	if (!e)
		e = make_folder(settings->data, &made);
	if (!e)
		e = open_store(settings, kept, out);
	if (e && made)
		(void)rmdir(settings->data);	/* unless there is something in it now */
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
