#include "tenant/tenant.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/url.h"
#include "store/store.h"
#include "tenant/cookie_keys.h"
#include "tenant/keyring.h"
#include "tenant/seed.h"
#include "base/banned.h"

#define CORE "default"
#define ADMIN "admin"
#define NAME_MAX_UNITS 128

struct context context;

struct cache_ticket tenant_ticket(struct txn *tx, const char *tenant, unsigned depends)
{
	struct cache_ticket t = cache_ticket(context.cache, tenant, depends);

	t.off = t.off || (txn_is_write(tx) && txn_engine(tx) == SQLITE) || txn_changes(tx) & depends;
	return t;
}

/* The hosts of the two built-in tenants are their settings' business; in the table they hold their own names. */
GLOBAL_STATEMENT(tenant_by_host,
		 "SELECT id, host FROM tenants WHERE host IN ($1, $2) AND id <> 'default' AND id <> 'admin' ORDER BY length(host) DESC");
GLOBAL_STATEMENT(tenant_by_id, "SELECT host FROM tenants WHERE id = $1");
GLOBAL_STATEMENT(tenant_insert, "INSERT INTO tenants (id, host, name, created_at) VALUES ($1, $2, $3, $4)");
GLOBAL_STATEMENT(tenant_insert_once, "INSERT INTO tenants (id, host, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
GLOBAL_STATEMENT(tenant_count_built_in, "SELECT count(*) FROM tenants WHERE id IN ('admin', 'default')"
		 " AND NOT EXISTS (SELECT 1 FROM tenants t WHERE NOT EXISTS (SELECT 1 FROM cookie_keys k WHERE k.tenant_id = t.id))");
GLOBAL_STATEMENT(tenant_remove, "DELETE FROM tenants WHERE id = $1");
/* What a tenant may have a million of; the rest goes with its row. */
#define SLICE 5000
STATEMENT(tenant_slice_members, "DELETE FROM organization_users WHERE tenant_id = $1 AND (organization_id, user_id) IN"
	  " (SELECT organization_id, user_id FROM organization_users WHERE tenant_id = $1 LIMIT $2)");
STATEMENT(tenant_slice_machines, "DELETE FROM organization_applications WHERE tenant_id = $1 AND (organization_id, application_id) IN"
	  " (SELECT organization_id, application_id FROM organization_applications WHERE tenant_id = $1 LIMIT $2)");
STATEMENT(tenant_slice_organizations, "DELETE FROM organizations WHERE tenant_id = $1 AND id IN (SELECT id FROM organizations WHERE tenant_id = $1 LIMIT $2)");
STATEMENT(tenant_slice_users, "DELETE FROM users WHERE tenant_id = $1 AND id IN (SELECT id FROM users WHERE tenant_id = $1 LIMIT $2)");
STATEMENT(tenant_slice_applications, "DELETE FROM applications WHERE tenant_id = $1 AND id IN (SELECT id FROM applications WHERE tenant_id = $1 LIMIT $2)");
STATEMENT(tenant_remove_counters, "DELETE FROM counters WHERE tenant_id = $1");

static void arena_done(struct arena **a)
{
	arena_free(*a);
}


/* -- addresses -- */

/*
 * A host stands with or without a port. Without one it is reached at the port of the core endpoint, by the same scheme.
 */
static const char *endpoint_of(struct arena *a, const char *id, const char *host)
{
	struct url core, own;

	if (!strcmp(id, CORE))
		return context.core_endpoint;
	if (!strcmp(id, ADMIN))
		return context.admin_endpoint;
	if (!url_parse(context.core_endpoint, strlen(context.core_endpoint), &core) || !url_parse_host(host, strlen(host), &own) ||
	    own.port >= 0 || core.port < 0)
		return arena_printf(a, "%.*s://%s", (int)core.scheme.len, core.scheme.at, host);
	return arena_printf(a, "%.*s://%s:%d", (int)core.scheme.len, core.scheme.at, host, core.port);
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

static bool is_at(const struct url *origin, const char *endpoint)
{
	struct url u;

	return url_parse(endpoint, strlen(endpoint), &u) && url_same_origin(origin, &u);
}

/* Also under its own port on this machine, whatever ADMIN_ENDPOINT says. */
static bool is_admin_origin(const struct url *origin)
{
	static const struct slice localhost = { "localhost", 9 };
	int64_t port = context.settings->admin_port;

	return is_at(origin, context.admin_endpoint) || (port && url_port(origin) == port && url_hosts_equal(origin->host, localhost));
}

/* -- remembered tenants: two texts, one after the other -- */

static const struct tenant *recall(struct arena *a, const char *key)
{
	char *found = cache_find(context.cache, NULL, key, strlen(key));
	const struct tenant *t = NULL;

	if (found)
		t = describe(a, found, found + strlen(found) + 1);
	cache_release(context.cache, found);
	return t;
}

static void remember(struct cache_ticket ticket, const char *key, const char *id, const char *host)
{
	size_t id_len = strlen(id) + 1, host_len = strlen(host) + 1;
	char *value = malloc(id_len + host_len);

	if (!value)
		return;
	memcpy(value, id, id_len);
	memcpy(value + id_len, host, host_len);
	cache_release(context.cache, cache_store(context.cache, ticket, NULL, CHANGE_TENANTS, key, strlen(key), value, id_len + host_len, 0, free));
}

/* The host with the port or the host alone: the longer one that a tenant has wins. */
static err_t look_up(struct txn *tx, struct arena *a, const struct url *origin, const char **id, const char **host)
{
	CLEANUP(rows_close) struct rows rows = { 0 };
	struct slice name = url_host(origin);
	const char *bare = arena_copyn(a, name.at, name.len);
	const char *with_port = origin->port < 0 ? bare : arena_printf(a, "%s:%d", bare, origin->port);
	err_t e = store_query(tx, &tenant_by_host, ARGS(T(with_port), T(bare)), &rows);

	*id = CORE;
	*host = CORE;
	if (!e && rows_next(&rows)) {
		*id = arena_copy(a, rows_text(&rows, 0));
		*host = arena_copy(a, rows_text(&rows, 1));
	}
	return e ? e : rows_end(&rows);
}

/* What is not an origin at all is the default tenant's too. */
static bool parse_origin(const char *origin, struct url *out)
{
	return url_parse(origin, strlen(origin), out);
}

const struct tenant *tenant_remembered(struct arena *a, const char *origin)
{
	struct url u;

	if (!strcmp(origin, context.core_endpoint) || !parse_origin(origin, &u) || is_at(&u, context.core_endpoint))
		return describe(a, CORE, CORE);
	return is_admin_origin(&u) ? describe(a, ADMIN, ADMIN) : recall(a, origin);
}

err_t tenant_resolve(struct txn *tx, struct arena *a, const char *origin, const struct tenant **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, NULL, CHANGE_TENANTS);
	const char *id, *host;
	struct url u;
	err_t e;

	*out = tenant_remembered(a, origin);
	if (*out || !parse_origin(origin, &u))
		return OK;
	e = look_up(tx, a, &u, &id, &host);
	if (e)
		return e;
	remember(ticket, origin, id, host);
	*out = describe(a, id, host);
	return OK;
}

err_t tenant_find(struct txn *tx, struct arena *a, const char *id, const struct tenant **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, NULL, CHANGE_TENANTS);
	const char *key = arena_printf(a, "=%s", id);	/* no origin begins so */
	const char *host;
	err_t e;

	*out = recall(a, key);
	if (*out)
		return OK;
	e = store_text(tx, &tenant_by_id, ARGS(T(id)), a, &host);
	if (e == ERR_NOT_FOUND)
		return err_set(ERR_NOT_FOUND, "tenant '%s'", id);
	if (e)
		return e;
	remember(ticket, key, id, host);
	*out = describe(a, id, host);
	return OK;
}

/* -- making and ending tenants -- */

/* The id becomes part of addresses and of other ids: `m-<id>` must fit an id column. */
static bool id_is_valid(const char *id)
{
	size_t n = strlen(id);

	return n >= 1 && n <= 19 && strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == n && id[0] != '-' && id[n - 1] != '-';
}

static bool host_is_valid(const char *host)
{
	struct url u;

	if (!url_parse_host(host, strlen(host), &u) || host[0] == '.' || host[0] == '-' || u.host.at[u.host.len - 1] == '.')
		return false;
	return strspn(host, "0123456789abcdefghijklmnopqrstuvwxyz-.") == u.host.len && (!host[u.host.len] || u.port >= 0);
}

err_t tenant_key(struct key **out)
{
	enum key_algorithm algorithm;

	if (!key_algorithm_parse(context.settings->signing_algorithm, &algorithm))
		return err_set(ERR_INTERNAL, "the setting signing-algorithm must be ES256, ES384, RS256 or EdDSA");
	return key_generate(algorithm, out);
}

/* The rows of a tenant that is there already. */
static err_t fill(struct txn *tx, struct arena *a, const char *id, const char *name, const struct key *key)
{
	bool is_admin = !strcmp(id, ADMIN);
	err_t e;

	txn_set_tenant(tx, id);
	store_changed(tx, CHANGE_ALL);
	e = keyring_rotate(tx, a, key, 0);
	if (!e)
		e = cookie_keys_rotate(tx, a);
	if (!e)
		e = is_admin ? seed_admin(tx, a) : seed_management(tx, a, id);
	if (e)
		return e;
	txn_set_tenant(tx, ADMIN);
	store_changed(tx, CHANGE_ALL);
	return seed_proxy(tx, a, id, name);
}

err_t tenant_create(struct txn *tx, const char *id, const char *host, const char *name, const struct key *key)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const char *before = txn_tenant(tx);
	err_t e;

	if (!id_is_valid(id))
		return err_arg(err_set(ERR_REQUEST_INPUT, "tenant id '%s'", id), "reason", "A tenant's id is made of 1 to 19 of a-z, 0-9 and - inside.");
	if (!host_is_valid(host))
		return err_arg(err_set(ERR_REQUEST_INPUT, "host '%s'", host), "reason", "A tenant's host is a name in lower case, with a port if it needs one.");
	if (!*name || text_utf16_len(name) > NAME_MAX_UNITS)
		return err_arg(err_set(ERR_REQUEST_INPUT, "name of tenant '%s'", id), "reason", "A tenant's name has 1 to 128 characters.");
	e = store_exec(tx, &tenant_insert, ARGS(T(id), T(host), T(name), N(clock_ms())), NULL);
	if (!e)
		e = fill(tx, a, id, name, key);
	txn_set_tenant(tx, before);
	return e;
}

static err_t delete_slice(struct txn *tx, bool *more)
{
	static struct statement *const slices[] = {
		&tenant_slice_members, &tenant_slice_machines, &tenant_slice_organizations, &tenant_slice_users, &tenant_slice_applications,
	};
	int64_t gone = 0;
	err_t e = OK;

	*more = false;
	for (size_t i = 0; i < ARRAY_LEN(slices) && !e && !*more; i++) {
		e = store_exec(tx, slices[i], ARGS(N(SLICE)), &gone);
		*more = gone == SLICE;
	}
	store_changed(tx, CHANGE_ALL);
	return e;
}

static err_t delete_rest(struct txn *tx, struct arena *a, const char *id)
{
	int64_t gone = 0;
	err_t e = store_exec(tx, &tenant_remove, ARGS(T(id)), &gone);

	if (!e && gone == 0)
		e = err_set(ERR_NOT_FOUND, "tenant '%s'", id);
	if (!e)
		e = store_exec(tx, &tenant_remove_counters, NO_ARGS, NULL);
	if (e)
		return e;
	txn_set_tenant(tx, ADMIN);
	store_changed(tx, CHANGE_ALL);
	return seed_proxy_delete(tx, a, id);
}

err_t tenant_delete(struct txn *tx, const char *id, bool *more)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const char *before = txn_tenant(tx);
	err_t e;

	if (!strcmp(id, CORE) || !strcmp(id, ADMIN))
		return err_set(ERR_CHECK, "the tenant '%s' is built in", id);
	txn_set_tenant(tx, id);
	e = delete_slice(tx, more);
	if (!e && !*more)
		e = delete_rest(tx, a, id);
	txn_set_tenant(tx, before);
	return e;
}

/* The insertion waits for another copy that is seeding, and then finds its row. */
static err_t seed_one(struct txn *tx, struct arena *a, const char *id, const struct key *key)
{
	int64_t made = 0;
	err_t e = store_exec(tx, &tenant_insert_once, ARGS(T(id), T(id), T(id), N(clock_ms())), &made);

	return e || made == 0 ? e : fill(tx, a, id, id, key);
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
