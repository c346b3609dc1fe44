/* Reads and writes the connectors to identity providers of organizations. */
#include "tenant/sso_connector.h"

#include <string.h>

#include "base/email_domain.h"
#include "base/ids.h"
#include "base/like.h"
#include "base/search.h"
#include "crypto/seal.h"
#include "entity/tree.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static const struct field look_members[] = {
	{ "displayName", .type = FIELD_TEXT, .max = 256 },
	{ "logo", .type = FIELD_TEXT, .form = FORM_SHOWN },
	{ "darkLogo", .type = FIELD_TEXT, .form = FORM_SHOWN },
	FIELDS_END
};

const struct field sso_connector_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "providerName", "provider_name", FIELD_TEXT, REQUIRED | CREATE_ONLY,
	  .help = "OIDC, SAML, AzureAD, AzureAdOidc, GoogleWorkspace or Okta." },
	{ "connectorName", "connector_name", FIELD_TEXT, REQUIRED | NOT_EMPTY, .max = 128 },
	{ "config", "config", FIELD_OBJECT, HIDDEN, .fallback = "{}",
	  .help = "What the provider needs, replaced whole; without it the connector is not offered to anybody." },
	{ "domains", "domains", FIELD_LIST, .element = &field_text, .max = 100, .fallback = "[]",
	  .help = "E-mail domains whose people sign in by it." },
	{ "branding", "branding", FIELD_STRUCT, .members = look_members, .fallback = "{}" },
	{ "syncProfile", "sync_profile", FIELD_BOOL, .fallback = "0",
	  .help = "Whether name and picture are those of the provider after each sign-in." },
	{ "enableTokenStorage", "enable_token_storage", FIELD_BOOL, .fallback = "0" },
	{ "createdAt", "created_at", FIELD_TIME, IGNORED },
	FIELDS_END
};

static err_t name_taken(const json_t *object)
{
	(void)object;
	return ERR_SSO_NAME;
}

ENTITY(sso_connector) = {
	.name = "sso_connector", .table = "sso_connectors", .singular = "sso_connector", .parameter = "ssoConnectorId",
	.fields = sso_connector_fields, .id_len = ID_SHORT, .patch_miss = ERR_NOT_EXISTS_WITH_ID,
	.delete_miss = ERR_NOT_EXISTS_WITH_ID, .conflict = name_taken,
};

/* -- reading -- */

#define SSO_ROW \
	"SELECT id, provider_name, connector_name, config, secret_sealed, domains, branding, sync_profile," \
	" enable_token_storage, created_at FROM sso_connectors WHERE tenant_id = $1"

STATEMENT(find_sso_connector, SSO_ROW " AND id = $2");
STATEMENT(list_sso_connectors, SSO_ROW " ORDER BY created_at, id");
COLUMN_LIST(sso, id, provider_name, connector_name, config, secret_sealed, domains, branding, sync_profile,
	    enable_token_storage, created_at);
COLUMNS_OF(find_sso_connector, sso);
COLUMNS_OF(list_sso_connectors, sso);

/* Adds what is sealed to the configuration. */
static err_t open_secret(struct request *rq, const char *id, const struct sso_provider *provider, const void *sealed,
			 size_t len, json_t *config)
{
	CLEANUP(secret_done) struct secret plain = {0};
	err_t e;

	if (!sealed || !provider || !provider->secret)
		return OK;
	e = seal_unwrap(context.seal, SEAL_SSO_CONNECTOR, txn_tenant(rq->tx), id, sealed, len, &plain);
	if (!e)
		json_object_set_new(config, provider->secret, json_stringn((const char *)plain.bytes, plain.len));
	return e;
}

/* All but what is sealed. */
static err_t read_plain(struct request *rq, struct rows *row, struct sso_row *out)
{
	err_t e;

	*out = (struct sso_row){
		.id = arena_copy(rq->arena, rows_text(row, sso_id)),
		.provider_name = arena_copy(rq->arena, rows_text(row, sso_provider_name)),
		.name = arena_copy(rq->arena, rows_text(row, sso_connector_name)),
		.provider = sso_provider_find(rows_text(row, sso_provider_name)),
		.syncs_profile = rows_int(row, sso_sync_profile) != 0,
		.stores_tokens = rows_int(row, sso_enable_token_storage) != 0,
		.created_at_ms = rows_int(row, sso_created_at),
	};
	e = tree_of_column(rq, row, sso_config, &out->config);
	if (!e)
		e = tree_of_column(rq, row, sso_domains, &out->domains);
	return e ? e : tree_of_column(rq, row, sso_branding, &out->branding);
}

static err_t read_row(struct request *rq, struct rows *row, struct sso_row *out)
{
	const void *sealed;
	size_t len = 0;
	err_t e = read_plain(rq, row, out);

	if (e)
		return e;
	sealed = rows_null(row, sso_secret_sealed) ? NULL : rows_blob(row, sso_secret_sealed, &len, rq->arena);
	return open_secret(rq, out->id, out->provider, sealed, len, out->config);
}

err_t sso_connector_load(struct request *rq, const char *id, struct sso_row *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_sso_connector, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e)
		e = read_row(rq, &row, out);
	return e ? e : rows_end(&row);
}

#define SSO_FOUND \
	" AND ($2 = '' OR search LIKE $2 ESCAPE '\\') AND ($3 = '[]' OR id IN (SELECT d.sso_connector_id" \
	" FROM sso_connector_domains d WHERE d.tenant_id = $1" \
	" AND d.domain_key IN (SELECT l.id FROM {list:$3} l)))"

STATEMENT(find_sso_connectors, SSO_ROW SSO_FOUND " ORDER BY created_at, id LIMIT $4 OFFSET $5");
COLUMNS_OF(find_sso_connectors, sso);
STATEMENT(count_sso_connectors, "SELECT count(*) FROM sso_connectors WHERE tenant_id = $1" SSO_FOUND);

static const char *pattern_of(struct arena *a, const char *word)
{
	return word && *word ? like_part(a, search_fold(a, word)) : "";
}

/* The domains in the form in which they are compared, each once: a JSON list. */
static const char *keys_of(struct arena *a, const json_t *domains)
{
	json_auto_t *seen = json_object(), *keys = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(domains, i, one) {
		const char *key = json_is_string(one) ? email_domain_key(a, json_string_value(one)) : "";

		if (*key && !json_object_get(seen, key)) {
			json_object_set_new(seen, key, json_true());
			json_array_append_new(keys, json_string(key));
		}
	}
	return json_to_text(a, keys);
}

err_t sso_connector_list(struct request *rq, const char *word, const json_t *domains, struct sso_row **out, size_t *n,
			 int64_t *total)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *pattern = pattern_of(rq->arena, word), *keys = keys_of(rq->arena, domains);
	int64_t from = rq->page.on ? (rq->page.number - 1) * rq->page.size : 0, most;
	err_t e = store_int(rq->tx, &count_sso_connectors, ARGS(T(pattern), T(keys)), total);

	*n = 0;
	if (e)
		return e;
	most = rq->page.on ? rq->page.size : *total;
	e = store_query(rq->tx, &find_sso_connectors, ARGS(T(pattern), T(keys), N(most), N(from)), &rows);
	if (e)
		return e;
	*out = ARENA_ARRAY(rq->arena, struct sso_row, (size_t)most + 1);
	while (!e && *n < (size_t)most && rows_next(&rows)) {
		e = read_row(rq, &rows, &(*out)[*n]);
		*n += (*out)[*n].provider != NULL;
	}
	return e ? e : rows_end(&rows);
}

/* -- answers -- */

void sso_connector_print(struct json_out *j, const char *tenant, const struct sso_row *c)
{
	json_key_text(j, "tenantId", tenant);
	json_key_text(j, "id", c->id);
	json_key_text(j, "providerName", c->provider_name);
	json_key_text(j, "connectorName", c->name);
	json_key(j, "config");
	json_value(j, c->config);
	json_key(j, "domains");
	json_value(j, c->domains);
	json_key(j, "branding");
	json_value(j, c->branding);
	json_key_bool(j, "syncProfile", c->syncs_profile);
	json_key_bool(j, "enableTokenStorage", c->stores_tokens);
	json_key_int(j, "createdAt", c->created_at_ms);
}

static const struct field config_member[] = {
	{ "config", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "With its secret." }, FIELDS_END
};
const struct shape sso_row_shape = { .of = &sso_connector, .fields = config_member };
const struct shape sso_rows_shape = { .of = &sso_connector, .fields = config_member, .list = true };

enum config_column { CONFIG_ID, CONFIG_PROVIDER, CONFIG_TEXT, CONFIG_SEALED };

err_t sso_config_print(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	const char *id = arena_copy(rq->arena, rows_text(row, column + CONFIG_ID));
	const struct sso_provider *provider = sso_provider_find(rows_text(row, column + CONFIG_PROVIDER));
	const void *sealed;
	size_t len = 0;
	json_t *config;
	err_t e = tree_of_column(rq, row, column + CONFIG_TEXT, &config);

	if (e)
		return e;
	sealed = rows_null(row, column + CONFIG_SEALED) ? NULL :
							  rows_blob(row, column + CONFIG_SEALED, &len, rq->arena);
	e = open_secret(rq, id, provider, sealed, len, config);
	json_key(j, "config");
	json_value(j, config);
	return e;
}

/* -- writing -- */

STATEMENT(set_sso_config,
	  "UPDATE sso_connectors SET config = $2, secret_sealed = $3 WHERE tenant_id = $1 AND id = $4");

err_t sso_connector_set_config(struct request *rq, const char *id, const struct sso_provider *provider,
			       const json_t *config)
{
	json_auto_t *open = json_copy((json_t *)(uintptr_t)config);	/* jansson takes no const here */
	const json_t *secret = provider->secret ? json_object_get(config, provider->secret) : NULL;
	struct slice sealed = {0};
	err_t e = OK;

	if (secret) {
		json_object_del(open, provider->secret);
		e = seal_wrap(context.seal, rq->arena, SEAL_SSO_CONNECTOR, txn_tenant(rq->tx), id,
			      json_string_value(secret), json_string_length(secret), &sealed);
	}
	if (e)
		return e;
	return store_exec(
		rq->tx, &set_sso_config,
		ARGS(T(json_to_text(rq->arena, open)), secret ? BLOB(sealed.at, sealed.len) : T(NULL), T(id)), NULL);
}

STATEMENT(set_sso_search, "UPDATE sso_connectors SET search = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(drop_sso_domains, "DELETE FROM sso_connector_domains WHERE tenant_id = $1 AND sso_connector_id = $2");
STATEMENT(add_sso_domains,
	  "INSERT INTO sso_connector_domains (tenant_id, sso_connector_id, domain_key)"
	  " SELECT $1, $2, l.id FROM {list:$3} l");

/* By the folded id, name and domains, as entities are searched by their fields. */
static const char *search_of(struct arena *a, const struct sso_row *c)
{
	size_t n = json_array_size(c->domains);
	const char **values = ARENA_ARRAY(a, const char *, n + 2);

	values[0] = c->id;
	values[1] = c->name;
	for (size_t i = 0; i < n; i++)
		values[2 + i] = json_string_value(json_array_get(c->domains, i));
	return search_key(a, values, (int)n + 2);
}

err_t sso_connector_index(struct request *rq, const struct sso_row *c)
{
	err_t e = store_exec(rq->tx, &set_sso_search, ARGS(T(search_of(rq->arena, c)), T(c->id)), NULL);

	if (!e)
		e = store_exec(rq->tx, &drop_sso_domains, ARGS(T(c->id)), NULL);
	if (!e)
		e = store_exec(rq->tx, &add_sso_domains, ARGS(T(c->id), T(keys_of(rq->arena, c->domains))), NULL);
	return e;
}

/* -- what people are offered -- */

STATEMENT(any_sso_connector,
	  "SELECT count(*) FROM (SELECT 1 FROM sso_connectors WHERE tenant_id = $1 AND config <> '{}'"
	  " AND domains <> '[]' LIMIT 1) x");

bool sso_connector_is_usable(const struct sso_row *c)
{
	return c->provider && json_object_size(c->config) > 0 && json_array_size(c->domains) > 0;
}

static const char *branding_of(const struct sso_row *c, const char *member, const char *otherwise)
{
	const char *own = json_string_value(json_object_get(c->branding, member));

	return own && *own ? own : otherwise;
}

json_t *sso_connector_face(const struct sso_row *c)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "id", c->id, "connectorName",
			 branding_of(c, "displayName", c->provider->title), "logo",
			 branding_of(c, "logo", c->provider->logo), "darkLogo",
			 branding_of(c, "darkLogo", branding_of(c, "logo", c->provider->logo_dark)));
}

err_t sso_connector_any(struct request *rq, bool *out)
{
	int64_t n = 0;
	err_t e = store_int(rq->tx, &any_sso_connector, NO_ARGS, &n);

	*out = n > 0;
	return e;
}

err_t sso_connector_face_of(struct request *rq, const char *id, json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct sso_row c;
	err_t e = store_first(rq->tx, &find_sso_connector, ARGS(T(id)), &row);

	if (!e)
		e = read_plain(rq, &row, &c);
	if (!e)
		e = rows_end(&row);
	if (e == ERR_NOT_FOUND || (!e && !sso_connector_is_usable(&c)))
		return entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e)
		*out = tree_keep(rq, sso_connector_face(&c));
	return e;
}

err_t sso_connector_shown(struct request *rq, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct sso_row c;
	err_t e = store_query(rq->tx, &list_sso_connectors, NO_ARGS, &rows);

	*out = tree_keep(rq, json_array());
	while (!e && rows_next(&rows)) {
		e = read_plain(rq, &rows, &c);
		if (!e && sso_connector_is_usable(&c))
			json_array_append_new(*out, sso_connector_face(&c));
	}
	return e ? e : rows_end(&rows);
}
