/* Finding tenants by origin and by id, creating and deleting them, the two built-in ones. */
#include "tenant/tenant.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/idn.h"
#include "base/text.h"
#include "base/url.h"
#include "entity/deletion.h"
#include "http/request.h"
#include "http/worker.h"
#include "store/store.h"
#include "tenant/cookie_keys.h"
#include "tenant/keyring.h"
#include "tenant/seed.h"
#include "tenant/storage.h"
#include "base/banned.h"

#define CORE "default"
#define ADMIN "admin"
#define NAME_MAX_UNITS 128
#define STRANGERS 64		/* origins of no tenant that are remembered */

struct context context;

struct cache_ticket tenant_ticket(struct txn *tx, const char *tenant, unsigned depends)
{
	struct cache_ticket t = cache_ticket(context.cache, tenant, depends);

	t.off = t.off || (txn_is_write(tx) && txn_engine(tx) == SQLITE) || txn_changes(tx) & depends;
	return t;
}

/* The hosts of the two built-in tenants come from the settings; the table has their ids in the column `host`. */
GLOBAL_STATEMENT(tenant_by_host,
		 "SELECT id, host FROM tenants WHERE host IN ($1, $2) AND id <> 'default' AND id <> 'admin'"
		 " AND deleted_at IS NULL ORDER BY length(host) DESC");
COLUMNS(tenant_by_host, id, host);
GLOBAL_STATEMENT(tenant_by_id, "SELECT host FROM tenants WHERE id = $1 AND deleted_at IS NULL");
GLOBAL_STATEMENT(tenant_insert, "INSERT INTO tenants (id, host, name, created_at) VALUES ($1, $2, $3, $4)");
GLOBAL_STATEMENT(tenant_insert_once,
		 "INSERT INTO tenants (id, host, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
/* The host is free at once: no origin has a blank. The id is not, since rows still have it. */
GLOBAL_STATEMENT(tenant_mark,
		 "UPDATE tenants SET deleted_at = $2, host = ' ' || id WHERE id = $1 AND deleted_at IS NULL");
GLOBAL_STATEMENT(tenant_lock_marked, "SELECT 1 FROM tenants WHERE id = $1 AND deleted_at IS NOT NULL {lock}");
#define MARKED "SELECT id FROM tenants WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1"
GLOBAL_STATEMENT(tenant_find_marked, MARKED);
GLOBAL_STATEMENT2(tenant_take_marked, MARKED, MARKED " FOR NO KEY UPDATE SKIP LOCKED");
GLOBAL_STATEMENT(tenant_count_built_in, "SELECT count(*) FROM tenants WHERE id IN ('admin', 'default')"
		 " AND NOT EXISTS (SELECT 1 FROM tenants t WHERE NOT EXISTS (SELECT 1 FROM cookie_keys k"
		 " WHERE k.tenant_id = t.id))");
GLOBAL_STATEMENT(tenant_count_admin, "SELECT count(*) FROM tenants WHERE id = 'admin' AND deleted_at IS NULL");
GLOBAL_STATEMENT(tenant_remove, "DELETE FROM tenants WHERE id = $1");
/* What a tenant may have a million of; the rest goes with its row. By place on PostgreSQL, as in entity/deletion.c. */
#define SLICE_OF(name, table, keys) \
	STATEMENT2(name, "DELETE FROM " table " WHERE tenant_id = $1" \
		   " AND (" keys ") IN (SELECT " keys " FROM " table " WHERE tenant_id = $1 LIMIT $2)", \
		   "DELETE FROM " table " WHERE tenant_id = $1" \
		   " AND ctid = ANY (ARRAY(SELECT ctid FROM " table " WHERE tenant_id = $1 LIMIT $2))")
SLICE_OF(tenant_slice_members, "organization_users", "organization_id, user_id");
SLICE_OF(tenant_slice_machines, "organization_applications", "organization_id, application_id");
SLICE_OF(tenant_slice_organizations, "organizations", "id");
SLICE_OF(tenant_slice_users, "users", "id");
SLICE_OF(tenant_slice_applications, "applications", "id");
SLICE_OF(tenant_slice_logs, "logs", "id");
SLICE_OF(tenant_slice_hook_logs, "hook_logs", "id");
SLICE_OF(tenant_slice_events, "outbox", "number");
STATEMENT(tenant_remove_counters, "DELETE FROM counters WHERE tenant_id = $1");

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

/* -- addresses -- */

/*
 * A host stands with or without a port. Without one it is reached at the port of the core endpoint, by the same
 * scheme.
 */
static const char *endpoint_of(struct arena *a, const char *id, const char *host)
{
	struct url core, own;

	if (!strcmp(id, CORE))
		return context.core_endpoint;
	if (!strcmp(id, ADMIN))
		return context.admin_endpoint;
	if (!url_parse(context.core_endpoint, strlen(context.core_endpoint), &core) ||
	    !url_parse_host(host, strlen(host), &own))
		return context.core_endpoint;	/* neither happens: both were checked */
	own.scheme = core.scheme;
	if (own.port < 0)
		own.port = core.port;
	return url_origin(a, &own);
}

static const struct tenant *describe(struct arena *a, const char *id, const char *host)
{
	struct tenant *t = ARENA_NEW(a, struct tenant);
	const char *endpoint = endpoint_of(a, id, host);

	t->id = arena_copy(a, id);
	t->endpoint = arena_copy(a, endpoint);
	t->issuer = arena_printf(a, "%s/oidc", endpoint);
	t->indicator = arena_printf(a, "https://%s.logto.app/api", id);
	t->is_admin = !strcmp(id, ADMIN);
	return t;
}

static bool is_same_endpoint(const struct url *origin, const char *endpoint)
{
	struct url u;

	return url_parse(endpoint, strlen(endpoint), &u) && url_same_origin(origin, &u);
}

static const struct slice localhost = { "localhost", 9 };

/* Also true for localhost with the admin port, whatever ADMIN_ENDPOINT says. */
static bool is_admin_origin(const struct url *origin)
{
	int64_t port = context.settings->admin_port;

	return is_same_endpoint(origin, context.admin_endpoint) ||
	       (port && url_port(origin) == port && url_hosts_equal(origin->host, localhost));
}

/* -- remembered tenants -- */

/*
 * The value is the id, the host and, in a place that many share, the origin that has it now, each ended by a NUL.
 */

/* `origin`: NULL, or the one that the place must have now. */
static const struct tenant *recall(struct arena *a, const char *key, const char *origin)
{
	char *id = cache_find(context.cache, NULL, key, strlen(key));
	const char *host = id ? id + strlen(id) + 1 : NULL;
	const struct tenant *t = NULL;

	if (id && (!origin || !strcmp(host + strlen(host) + 1, origin)))
		t = describe(a, id, host);
	cache_release(context.cache, id);
	return t;
}

static void remember(struct cache_ticket ticket, const char *key, const char *id, const char *host, const char *origin)
{
	size_t id_len = strlen(id) + 1, host_len = strlen(host) + 1, origin_len = strlen(origin) + 1;
	size_t len = id_len + host_len + origin_len;
	char *value = malloc(len);

	if (!value)
		return;
	memcpy(value, id, id_len);
	memcpy(value + id_len, host, host_len);
	memcpy(value + id_len + host_len, origin, origin_len);
	cache_release(context.cache,
		      cache_store(context.cache, ticket, NULL, CHANGE_TENANTS, key, strlen(key), value, len, 0, free));
}

/*
 * Origins that are no tenant's are remembered too, since a probe may use the address of the machine; and those that
 * lead to a tenant by another port or spelling than its own. But anybody can name any of them: so they share a few
 * places, where the last one stays.
 */
static const char *stranger_key(struct arena *a, const char *origin)
{
	uint32_t h = 2166136261;

	for (; *origin; origin++)
		h = (h ^ (unsigned char)*origin) * 16777619;
	return arena_printf(a, "?%u", (h ^ h >> 16) % STRANGERS);	/* no origin begins with ? */
}

/* Whether it is one of the few origins of the tenant at `host`: at the scheme's port, the core's or its own. */
static bool is_own_origin(struct arena *a, const char *text, const struct url *origin, const char *host)
{
	struct url core, own;
	int core_port = url_parse(context.core_endpoint, strlen(context.core_endpoint), &core) ? url_port(&core) : -1;

	return url_parse_host(host, strlen(host), &own) && !strcmp(url_origin(a, origin), text) &&
	       (own.port >= 0 || origin->port < 0 || origin->port == core_port);
}

static const struct tenant *recall_origin(struct arena *a, const char *origin)
{
	const struct tenant *t = recall(a, origin, NULL);

	return t ? t : recall(a, stranger_key(a, origin), origin);
}

/*
 * Looks for a tenant by host with port and by host alone; the longer match wins, and `default` is the fallback. A port
 * that the scheme has anyway counts as given.
 */
static err_t look_up(struct txn *tx, struct arena *a, const struct url *origin, const char **id, const char **host)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct slice name = url_host(origin);
	const char *bare = arena_copyn(a, name.at, name.len);
	const char *with_port = arena_printf(a, "%s:%d", bare, url_port(origin));
	err_t e = store_query(tx, &tenant_by_host, ARGS(T(with_port), T(bare)), &rows);

	*id = CORE;
	*host = CORE;
	if (!e && rows_next(&rows)) {
		*id = arena_copy(a, rows_text(&rows, tenant_by_host_id));
		*host = arena_copy(a, rows_text(&rows, tenant_by_host_host));
	}
	return e ? e : rows_end(&rows);
}

/* With the host in ASCII. False: not an origin. Such a request belongs to the default tenant. */
static bool parse_origin(struct arena *a, const char *origin, struct url *out)
{
	const char *host;

	if (!url_parse(origin, strlen(origin), out))
		return false;
	host = idn_to_ascii(a, out->host);
	if (host)
		out->host = (struct slice){ host, strlen(host) };
	return host != NULL;
}

const struct tenant *tenant_recall(struct arena *a, const char *origin)
{
	struct url u;

	if (!strcmp(origin, context.core_endpoint) || !parse_origin(a, origin, &u) ||
	    is_same_endpoint(&u, context.core_endpoint))
		return describe(a, CORE, CORE);
	return is_admin_origin(&u) ? describe(a, ADMIN, ADMIN) : recall_origin(a, origin);
}

err_t tenant_resolve(struct txn *tx, struct arena *a, const char *origin, const struct tenant **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, NULL, CHANGE_TENANTS);
	const char *id, *host;
	struct url u;
	err_t e;

	*out = tenant_recall(a, origin);
	if (*out || !parse_origin(a, origin, &u))
		return OK;
	e = look_up(tx, a, &u, &id, &host);
	if (e)
		return e;
	if (strcmp(id, CORE) != 0 && is_own_origin(a, origin, &u, host))
		remember(ticket, origin, id, host, "");
	else
		remember(ticket, stranger_key(a, origin), id, host, origin);
	*out = describe(a, id, host);
	return OK;
}

err_t tenant_find(struct txn *tx, struct arena *a, const char *id, const struct tenant **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, NULL, CHANGE_TENANTS);
	const char *key = arena_printf(a, "=%s", id);	/* no origin begins with = */
	const char *host;
	err_t e;

	*out = recall(a, key, NULL);
	if (*out)
		return OK;
	e = store_text(tx, &tenant_by_id, ARGS(T(id)), a, &host);
	if (e == ERR_NOT_FOUND)
		return err_set(ERR_NOT_FOUND, "tenant '%s'", id);
	if (e)
		return e;
	remember(ticket, key, id, host, "");
	*out = describe(a, id, host);
	return OK;
}

/* -- creating and deleting tenants -- */

/* The id becomes part of addresses and of other ids: `m-<id>` must fit an id column. */
static bool id_is_valid(const char *id)
{
	size_t n = strlen(id);

	return n >= 1 && n <= 19 && strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == n && id[0] != '-' &&
	       id[n - 1] != '-';
}

/*
 * The host as requests name it: in ASCII, and without the port that it has anyway, which is that of the core endpoint.
 * NULL: it is not a host in lower case.
 */
static const char *host_of(struct arena *a, const char *given)
{
	struct url u, core;
	const char *host;

	if (!url_parse_host(given, strlen(given), &u) || given[0] == '.' || given[0] == '-' ||
	    u.host.at[u.host.len - 1] == '.' || (given[u.host.len] && u.port < 0) ||
	    strpbrk(given, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return NULL;
	host = idn_to_ascii(a, u.host);
	if (!host || host[strspn(host, "0123456789abcdefghijklmnopqrstuvwxyz-.")] || strstr(host, ".."))
		return NULL;
	if (u.port < 0 ||
	    (url_parse(context.core_endpoint, strlen(context.core_endpoint), &core) && url_port(&core) == u.port))
		return host;
	return arena_printf(a, "%s:%d", host, u.port);
}

/* Whether requests to this host go to the tenant of the endpoint, or would take its own away from it. */
static bool host_is_of(const char *host, const char *endpoint)
{
	struct url own, other;

	return url_parse_host(host, strlen(host), &own) && url_parse(endpoint, strlen(endpoint), &other) &&
	       url_hosts_equal(url_host(&own), url_host(&other)) && (own.port < 0 || own.port == url_port(&other));
}

static bool host_is_taken(const char *host)
{
	struct url own;

	return host_is_of(host, context.core_endpoint) || host_is_of(host, context.admin_endpoint) ||
	       (url_parse_host(host, strlen(host), &own) && own.port == context.settings->admin_port &&
		url_hosts_equal(own.host, localhost));
}

err_t tenant_key(struct key **out)
{
	enum key_algorithm algorithm;

	if (!key_algorithm_parse(context.settings->signing_algorithm, &algorithm))
		return err_set(ERR_INTERNAL, "the setting signing-algorithm must be ES256, ES384, RS256 or EdDSA");
	return key_generate(algorithm, NULL, out);
}

/* Writes all rows of a fresh tenant whose own row is there already. Leaves the transaction in `admin`. */
static err_t fill(struct txn *tx, struct arena *a, const char *id, const char *name, const struct key *key)
{
	bool is_admin = !strcmp(id, ADMIN);
	err_t e;

	txn_set_tenant(tx, id);
	store_note_change(tx, CHANGE_ALL);
	e = keyring_rotate(tx, a, key, 0);
	if (!e)
		e = cookie_keys_rotate(tx, a);
	if (!e)
		e = is_admin ? seed_admin(tx, a) : seed_management(tx, a, id);
	if (e)
		return e;
	txn_set_tenant(tx, ADMIN);
	store_note_change(tx, CHANGE_ALL);
	return seed_proxy(tx, a, id, name);
}

/* Refuses an id whose deleted tenant still has rows. */
static err_t check_no_rest(struct txn *tx, const char *id)
{
	int64_t one;
	err_t e = store_int(tx, &tenant_lock_marked, ARGS(T(id)), &one);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return err_arg(err_set(ERR_REQUEST_INPUT, "tenant '%s' is being deleted", id), "reason",
		       "A tenant of this id is being deleted; try again when the rest of it is gone.");
}

err_t tenant_create(struct txn *tx, const char *id, const char *given, const char *name, const struct key *key)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const char *before = txn_tenant(tx), *host = host_of(a, given);
	err_t e;

	if (!id_is_valid(id))
		return err_arg(err_set(ERR_REQUEST_INPUT, "tenant id '%s'", id), "reason",
			       "A tenant's id is made of 1 to 19 of a-z, 0-9 and - inside.");
	if (!host)
		return err_arg(err_set(ERR_REQUEST_INPUT, "host '%s'", given), "reason",
			       "A tenant's host is a name in lower case, with a port if it needs one.");
	if (host_is_taken(host))
		return err_arg(
			err_set(ERR_REQUEST_INPUT, "host '%s'", host), "reason",
			"This host is that of the tenant default or admin: ENDPOINT and ADMIN_ENDPOINT say so.");
	if (!*name || text_utf16_len(name) > NAME_MAX_UNITS)
		return err_arg(err_set(ERR_REQUEST_INPUT, "name of tenant '%s'", id), "reason",
			       "A tenant's name has 1 to 128 characters.");
	e = check_no_rest(tx, id);
	if (!e)
		e = store_exec(tx, &tenant_insert, ARGS(T(id), T(host), T(name), N(clock_ms())), NULL);
	if (!e)
		e = fill(tx, a, id, name, key);
	txn_set_tenant(tx, before);
	return e;
}

static err_t delete_slice(struct txn *tx, bool *more)
{
	static struct statement *const slices[] = {
		&tenant_slice_members, &tenant_slice_machines, &tenant_slice_organizations, &tenant_slice_users,
		&tenant_slice_applications, &tenant_slice_logs, &tenant_slice_hook_logs, &tenant_slice_events,
	};
	int64_t gone = 0;
	err_t e = OK;

	*more = false;
	for (size_t i = 0; i < ARRAY_LEN(slices) && !e && !*more; i++) {
		e = store_exec(tx, slices[i], ARGS(N(DELETION_SLICE)), &gone);
		*more = gone == DELETION_SLICE;
	}
	return e;
}

/* Deletes what the admin tenant holds for the tenant. Leaves the transaction in `admin`. */
static err_t delete_proxy(struct txn *tx, struct arena *a, const char *id)
{
	txn_set_tenant(tx, ADMIN);
	store_note_change(tx, CHANGE_ALL);
	return seed_proxy_delete(tx, a, id);
}

/* Marks a large tenant as deleted: from here on no reader finds it, while its rows are still there. ERR_NOT_FOUND. */
static err_t mark(struct txn *tx, struct arena *a, const char *id)
{
	int64_t marked = 0;
	err_t e = store_exec(tx, &tenant_mark, ARGS(T(id), N(clock_ms())), &marked);

	if (!e && marked == 0)
		e = err_set(ERR_NOT_FOUND, "tenant '%s'", id);
	return e ? e : delete_proxy(tx, a, id);
}

/* Deletes the tenant's row; foreign keys delete all other rows that are left. ERR_NOT_FOUND. */
static err_t delete_row(struct txn *tx, const char *id)
{
	int64_t gone = 0;
	err_t e = store_exec(tx, &tenant_remove, ARGS(T(id)), &gone);

	if (!e && gone == 0)
		e = err_set(ERR_NOT_FOUND, "tenant '%s'", id);
	if (!e)
		e = store_exec(tx, &tenant_remove_counters, NO_ARGS, NULL);
	return e ? e : storage_leave(tx, id);
}

/* The first call for a tenant: deletes it, or a slice, and then marks it. */
static err_t delete_new(struct txn *tx, struct arena *a, const char *id, bool *more)
{
	err_t e = delete_slice(tx, more);

	store_note_change(tx, CHANGE_ALL);
	if (e)
		return e;
	if (*more)
		return mark(tx, a, id);
	e = delete_row(tx, id);
	return e ? e : delete_proxy(tx, a, id);
}

/* A later call: deletes a slice, and the row with the last one. */
static err_t delete_marked(struct txn *tx, const char *id, bool *more)
{
	err_t e = delete_slice(tx, more);

	return e || *more ? e : delete_row(tx, id);
}

err_t tenant_delete(struct txn *tx, const char *id, bool *more)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const char *before = txn_tenant(tx);
	int64_t one;
	err_t e;

	if (!strcmp(id, CORE) || !strcmp(id, ADMIN))
		return err_set(ERR_CHECK, "the tenant '%s' is built in", id);
	e = store_int(tx, &tenant_lock_marked, ARGS(T(id)), &one);
	if (e && e != ERR_NOT_FOUND)
		return e;
	txn_set_tenant(tx, id);
	e = e ? delete_new(tx, a, id, more) : delete_marked(tx, id, more);
	txn_set_tenant(tx, before);
	return e;
}

/* No marked tenant could be taken. ERR_BUSY: there is one, and another transaction has locked it. */
static err_t check_locked(struct txn *tx, struct arena *a)
{
	const char *id;
	err_t e = store_text(tx, &tenant_find_marked, NO_ARGS, a, &id);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return err_set(ERR_BUSY, "another transaction deletes the tenant %s", id);
}

err_t tenant_deletion_slice(struct txn *tx, struct arena *a, bool *more)
{
	const char *before = txn_tenant(tx), *id;
	err_t e = store_text(tx, &tenant_take_marked, NO_ARGS, a, &id);
	bool rest;

	*more = e == OK;
	if (e)
		return e == ERR_NOT_FOUND ? check_locked(tx, a) : e;
	txn_set_tenant(tx, id);
	e = delete_marked(tx, id, &rest);
	txn_set_tenant(tx, before);
	return e;
}

static err_t finish_tenants(struct request *rq);
static const struct step next_slice = { "remove a slice of a deleted tenant", WRITE, finish_tenants };

static err_t finish_tenants(struct request *rq)
{
	bool more;
	err_t e = tenant_deletion_slice(rq->tx, rq->arena, &more);

	return !e && more ? next(rq, &next_slice) : e;
}

WORKER(finish_tenants_worker) = {
	.name = "finish deletions of tenants", .every_s = 10, .wake_on = CHANGE_DELETIONS, .lane = WRITE,
	.run = finish_tenants,
};

/* The insertion waits for another copy that is seeding, and then finds its row. */
static err_t seed_one(struct txn *tx, struct arena *a, const char *id, const struct key *key)
{
	int64_t made = 0;
	err_t e = store_exec(tx, &tenant_insert_once, ARGS(T(id), T(id), T(id), N(clock_ms())), &made);

	return e || made == 0 ? e : fill(tx, a, id, id, key);
}

err_t tenant_is_first(struct txn *tx, bool *out)
{
	int64_t n = 0;
	err_t e = store_int(tx, &tenant_count_admin, NO_ARGS, &n);

	*out = n == 0;
	return e;
}

err_t tenant_is_seeded(struct txn *tx, bool *out)
{
	int64_t n = 0;
	err_t e = store_int(tx, &tenant_count_built_in, NO_ARGS, &n);

	*out = n == BUILT_IN_TENANTS;
	return e;
}

err_t tenant_seed(struct txn *tx, struct key *const keys[BUILT_IN_TENANTS])
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const char *before = txn_tenant(tx);
	err_t e = seed_one(tx, a, ADMIN, keys[0]);

	if (!e)
		e = seed_one(tx, a, CORE, keys[1]);
	if (!e)
		e = cookie_keys_complete(tx, a);
	txn_set_tenant(tx, before);
	return e;
}
