/* Loads clients from the database, with their secrets as fingerprints, and keeps them in the shared memory. */
#include "oidc/client.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "crypto/seal.h"
#include "entity/field.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define ID_MAX 21
#define ID_TOKEN_TTL_S 3600		/* oidc.md section 8.6 */
#define REFRESH_TOKEN_TTL_S 1209600
#define INTERNAL_SECRET "#internal:"	/* begins a placeholder that no client knows; it proves nothing */

STATEMENT(client_find,
	  "SELECT type, legacy_secret_sealed, oidc_client_metadata, custom_client_metadata, is_third_party,"
	  " app_level_access_control_enabled FROM applications WHERE tenant_id = $1 AND id = $2");
COLUMNS(client_find, type, legacy_secret_sealed, oidc_client_metadata, custom_client_metadata, is_third_party,
	app_level_access_control_enabled);
STATEMENT(client_secrets,
	  "SELECT name, value_sealed, expires_at FROM application_secrets WHERE tenant_id = $1"
	  " AND application_id = $2 ORDER BY name");
COLUMNS(client_secrets, name, value_sealed, expires_at);

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

static void list_free(char **list)
{
	for (char **at = list; at && *at; at++)
		free(*at);
	free(list);
}

static void client_free(void *p)
{
	struct client *c = p;

	for (int i = 0; i < c->secret_count; i++)
		free(c->secrets[i].name);
	free(c->secrets);
	list_free(c->cors_origins);
	list_free(c->redirect_uris);
	list_free(c->post_logout_uris);
	free(c->backchannel_uri);
	free(c);
}

/* The text and the one after it; NULL is left out. Ended by NULL, to be freed with list_free(). */
static char **two_texts(const char *one, const char *two)
{
	char **out = calloc(3, sizeof(*out));
	size_t n = 0;

	if (out && one && (out[n] = strdup(one)))
		n++;
	if (out && two)
		out[n] = strdup(two);
	return out;
}

/* Copies the texts of a JSON list, and `more` unless it is NULL; ended by NULL. To be freed with list_free(). */
static char **texts_of(const json_t *list, const char *more)
{
	char **out = calloc(json_array_size(list) + 2, sizeof(*out));
	size_t n = 0;

	for (size_t i = 0; out && i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (text && (out[n] = strdup(text)))
			n++;
	}
	if (out && more)
		out[n] = strdup(more);
	return out;
}

/* Sets what follows from the type of the application: public or not, and its grants (oidc.md section 4.1). */
static void apply_type(struct client *c, const char *type, const json_t *custom)
{
	c->is_native = !strcmp(type, "Native");
	c->is_page = !strcmp(type, "SPA");
	c->is_public = c->is_native || c->is_page;
	if (!strcmp(type, "MachineToMachine"))
		c->grants = GRANT_CLIENT_CREDENTIALS;
	else if (c->is_native && json_is_true(json_object_get(custom, "isDeviceFlow")))
		c->grants = GRANT_DEVICE_CODE | GRANT_REFRESH_TOKEN;
	else
		c->grants = GRANT_AUTHORIZATION_CODE | GRANT_REFRESH_TOKEN;
	if (!c->is_third_party && json_is_true(json_object_get(custom, "allowTokenExchange")))
		c->grants |= GRANT_TOKEN_EXCHANGE;
}

/* A whole number of metadata, from 1 to `most`; otherwise the fallback. */
static int64_t number_of(const json_t *metadata, const char *member, int64_t most, int64_t fallback)
{
	double d = json_number_value(json_object_get(metadata, member));

	return d >= 1 && d <= (double)most ? (int64_t)d : fallback;
}

/* Sets what the application decided itself (oidc.md section 4.5). */
static void apply_metadata(struct client *c, const json_t *metadata, const json_t *custom)
{
	const json_t *rotates = json_object_get(custom, "rotateRefreshToken");
	const char *told = json_string_value(json_object_get(metadata, "backchannelLogoutUri"));
	int64_t refresh_s = number_of(custom, "refreshTokenTtl", LIFETIME_MOST_S, REFRESH_TOKEN_TTL_S);

	c->backchannel_uri = told && *told ? strdup(told) : NULL;
	c->backchannel_names_session = json_is_true(json_object_get(metadata, "backchannelLogoutSessionRequired"));
	c->always_refreshes = !c->is_native && json_is_true(json_object_get(custom, "alwaysIssueRefreshToken"));
	c->rotates = !json_is_false(rotates);
	c->id_token_ttl_s = number_of(custom, "idTokenTtl", LIFETIME_MOST_S, ID_TOKEN_TTL_S);
	c->refresh_token_ttl_s = number_of(custom, "refreshTokenTtlInDays", 180, 0) * DAY_S;
	if (!c->refresh_token_ttl_s)
		c->refresh_token_ttl_s = refresh_s;
	c->grants_most = number_of(custom, "maxAllowedGrants", INT32_MAX, 0);
}

/* Unseals the secret in a column; the caller wipes `out` with secret_done(). */
static err_t open_secret(struct rows *rows, int column, struct arena *a, const char *purpose, const char *id,
			 struct secret *out)
{
	size_t len;
	const void *sealed = rows_blob(rows, column, &len, a);

	return seal_unwrap(context.seal, purpose, txn_tenant(rows->tx), id, sealed, len, out);
}

static bool is_internal(const struct secret *s)
{
	return s->len >= strlen(INTERNAL_SECRET) && !memcmp(s->bytes, INTERNAL_SECRET, strlen(INTERNAL_SECRET));
}

static err_t fill_legacy_secret(struct rows *row, struct arena *a, struct client *c)
{
	CLEANUP(secret_done) struct secret plain = {0};
	err_t e = open_secret(row, client_find_legacy_secret_sealed, a, SEAL_LEGACY_SECRET, c->id, &plain);

	if (e)
		return e;
	c->has_legacy_secret = plain.len > 0 && !is_internal(&plain);
	c->legacy_secret = fingerprint_of(plain.bytes, plain.len);
	return OK;
}

static err_t fill_secret(struct rows *row, struct arena *a, const char *id, struct client_secret *out)
{
	CLEANUP(secret_done) struct secret plain = {0};
	err_t e = open_secret(row, client_secrets_value_sealed, a, SEAL_APPLICATION_SECRET, id, &plain);

	if (e)
		return e;
	out->value = fingerprint_of(plain.bytes, plain.len);
	return OK;
}

static err_t fill_secrets(struct txn *tx, struct arena *a, struct client *c)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &client_secrets, ARGS(T(c->id)), &rows);

	while (!e && rows_next(&rows)) {
		struct client_secret *grown = realloc(c->secrets, ((size_t)c->secret_count + 1) * sizeof(*grown));

		if (!grown)
			return err_set(ERR_INTERNAL, "out of memory");
		c->secrets = grown;
		grown += c->secret_count;
		*grown = (struct client_secret){ .name = strdup(rows_text(&rows, client_secrets_name)) };
		if (!rows_null(&rows, client_secrets_expires_at)) {
			int64_t at = rows_int(&rows, client_secrets_expires_at);

			/* a stored time of 0 is long past, while 0 in this struct means "never" */
			grown->expires_at_ms = at > 0 ? at : 1;
		}
		c->secret_count++;
		e = fill_secret(&rows, a, c->id, grown);
	}
	return e ? e : rows_end(&rows);
}

/* Fills the client from its row and its secrets. ERR_NOT_FOUND: the tenant has no such application. */
static err_t fill(struct txn *tx, struct arena *a, const struct tenant *tenant, struct client *c)
{
	json_auto_t *metadata = NULL;
	json_auto_t *custom = NULL;
	CLEANUP(rows_close) struct rows rows = {0};
	const char *console = NULL;
	err_t e = store_first(tx, &client_find, ARGS(T(c->id)), &rows);

	if (e == ERR_NOT_FOUND)
		return err_set(ERR_NOT_FOUND, "application '%s'", c->id);
	if (!e && !rows_null(&rows, client_find_legacy_secret_sealed))
		e = fill_legacy_secret(&rows, a, c);
	if (e)
		return e;
	metadata = json_loads(rows_text(&rows, client_find_oidc_client_metadata), 0, NULL);
	custom = json_loads(rows_text(&rows, client_find_custom_client_metadata), 0, NULL);
	c->is_third_party = rows_int(&rows, client_find_is_third_party) != 0;
	c->is_access_controlled = rows_int(&rows, client_find_app_level_access_control_enabled) != 0;
	apply_type(c, rows_text(&rows, client_find_type), custom);
	apply_metadata(c, metadata, custom);
	if (tenant->is_admin && !strcmp(c->id, "admin-console"))
		console = arena_printf(a, "%s/console", context.admin_endpoint);
	c->cors_origins = texts_of(json_object_get(custom, "corsAllowedOrigins"), NULL);
	c->redirect_uris = texts_of(json_object_get(metadata, "redirectUris"),
				    console ? arena_printf(a, "%s/callback", console) : NULL);
	c->post_logout_uris = texts_of(json_object_get(metadata, "postLogoutRedirectUris"), console);
	e = rows_end(&rows);
	if (!e && (!c->cors_origins || !c->redirect_uris || !c->post_logout_uris))
		e = err_set(ERR_INTERNAL, "out of memory");
	return e ? e : fill_secrets(tx, a, c);
}

/* Clients without a row in the database: oidc.md section 4.2. */
static const struct {
	const char *id, *path;		/* where it and its URIs are, below the tenant's endpoint */
	bool is_device, always_refreshes;
	bool is_local_too;		/* also at the port itself, on localhost */
} built_in[] = {
	{ "demo-app", "/demo-app", .is_local_too = true },
	{ "account-center", "/account", .always_refreshes = true },
	{ "device-demo-app", "/device-demo-app", .is_device = true },
};

/* A path at the tenant's own port, for who works beside a proxy; NULL: it has none, or is there already. */
static const char *local_uri(struct arena *a, const struct tenant *tenant, const char *path)
{
	const struct settings *s = context.settings;
	int64_t port = tenant->is_admin ? s->admin_port : s->port;
	const char *base;

	if (!port || (!tenant->is_admin && strcmp(tenant->id, "default") != 0))
		return NULL;
	base = arena_printf(a, "%s://localhost:%lld", *s->tls_certificate && *s->tls_key ? "https" : "http",
			    (long long)port);
	return strcmp(base, tenant->endpoint) != 0 ? arena_printf(a, "%s%s", base, path) : NULL;
}

/* Fills a built-in client; false: the id is not one of them. */
static bool fill_built_in(struct arena *a, const struct tenant *tenant, struct client *c)
{
	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		if (!strcmp(c->id, built_in[i].id)) {
			const char *uri = arena_printf(a, "%s%s", tenant->endpoint, built_in[i].path);
			const char *local = built_in[i].is_local_too ? local_uri(a, tenant, built_in[i].path) : NULL;
			bool is_device = built_in[i].is_device;

			apply_type(c, is_device ? "Native" : "SPA", NULL);
			apply_metadata(c, NULL, NULL);
			if (is_device)
				c->grants = GRANT_DEVICE_CODE | GRANT_REFRESH_TOKEN;
			c->always_refreshes = built_in[i].always_refreshes;
			c->cors_origins = texts_of(NULL, NULL);
			c->redirect_uris = two_texts(is_device ? NULL : uri, local);
			c->post_logout_uris = two_texts(uri, local);
			return c->cors_origins && c->redirect_uris && c->post_logout_uris;
		}
	return false;
}

static size_t size_of_list(char **list)
{
	size_t n = 0;

	for (; *list; list++)
		n += strlen(*list) + 24;
	return n;
}

/* About how many bytes of memory the client takes. */
static size_t size_of(const struct client *c)
{
	return sizeof(*c) + (size_t)c->secret_count * (sizeof(struct client_secret) + 320) +
	       size_of_list(c->redirect_uris) + size_of_list(c->cors_origins) + size_of_list(c->post_logout_uris) +
	       (c->backchannel_uri ? strlen(c->backchannel_uri) : 0);
}

err_t client_load(struct txn *tx, const struct tenant *tenant, const char *id, const struct client **out)
{
	const unsigned depends = CHANGE_APPLICATIONS | CHANGE_TENANTS;
	struct cache_ticket ticket = tenant_ticket(tx, tenant->id, depends);
	CLEANUP(arena_done) struct arena *a = NULL;
	size_t len = strlen(id);
	struct client *c;
	char key[ID_MAX + 8] = "client:";
	err_t e = OK;

	if (len == 0 || len > ID_MAX)
		return err_set(ERR_NOT_FOUND, "application id of %zu bytes", len);
	memcpy(key + 7, id, len + 1);
	*out = cache_find(context.cache, tenant->id, key, 7 + len);
	if (*out)
		return OK;
	c = calloc(1, sizeof(*c));
	if (!c)
		return err_set(ERR_INTERNAL, "out of memory");
	memcpy(c->id, id, len + 1);
	a = arena_new();
	if (!fill_built_in(a, tenant, c))
		e = fill(tx, a, tenant, c);
	if (e) {
		client_free(c);
		return e;
	}
	*out = cache_store(context.cache, ticket, tenant->id, depends, key, 7 + len, c, size_of(c), 0, client_free);
	return OK;
}

void client_release(const struct client **client)
{
	cache_release(context.cache, (void *)*client);
	*client = NULL;
}
