/* The table of claims, and how each is read. */
#include "oidc/claims.h"

#include <string.h>

#include "base/clock.h"
#include "directory/sso_identities.h"
#include "entity/deletion.h"
#include "entity/tree.h"
#include "oidc/access_token.h"
#include "oidc/oidc.h"
#include "oidc/scopes.h"
#include "store/store.h"
#include "tenant/setting.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define ID_CLAIMS_MAX MIB(4)	/* a user may be in many organizations, and have much custom data */

STATEMENT(claims_user,
	  "SELECT name, username, primary_email, primary_phone, avatar, profile, custom_data, identities, created_at,"
	  " updated_at FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(claims_user, name, username, primary_email, primary_phone, avatar, profile, custom_data, identities,
	created_at, updated_at);
STATEMENT(claims_roles,
	  "SELECT r.name FROM user_roles u JOIN roles r ON r.tenant_id = u.tenant_id AND r.id = u.role_id"
	  " WHERE u.tenant_id = $1 AND u.user_id = $2 AND r.deleted_at IS NULL ORDER BY r.name");
COLUMNS(claims_roles, name);
STATEMENT(claims_organizations,
	  "SELECT o.id, o.name, o.description FROM organization_users m JOIN organizations o"
	  " ON o.tenant_id = m.tenant_id AND o.id = m.organization_id WHERE m.tenant_id = $1 AND m.user_id = $2"
	  " AND o.deleted_at IS NULL ORDER BY o.id");
COLUMNS(claims_organizations, id, name, description);
STATEMENT(claims_organization_roles,
	  "SELECT h.organization_id, r.name FROM organization_users m JOIN organization_user_roles h"
	  " ON h.tenant_id = m.tenant_id AND h.organization_id = m.organization_id AND h.user_id = m.user_id"
	  " JOIN organization_roles r ON r.tenant_id = h.tenant_id AND r.id = h.organization_role_id"
	  " WHERE m.tenant_id = $1 AND m.user_id = $2 AND " LIVE("organizations", "m.organization_id")
	  " ORDER BY h.organization_id, r.name");
COLUMNS(claims_organization_roles, organization_id, name);

/* A user whose claims are written. */
struct person {
	struct request *rq;
	const char *id;
	struct rows row;		/* claims_user */
	json_t *profile;
};

struct claim;
typedef err_t claim_writer(struct json_out *j, struct person *p, const struct claim *c);
struct claim {
	const char *name, *scope;
	claim_writer *write;
	int column;			/* of claims_user */
	const char *member;		/* of the profile */
	bool is_extended;		/* in an ID token only when the tenant has enabled it */
	bool is_elsewhere;		/* is not of the row of the user */
};

/* -- what stands in the row of the user -- */

static err_t write_text(struct json_out *j, struct person *p, const struct claim *c)
{
	json_key_text(j, c->name, rows_text(&p->row, c->column));
	return OK;
}

static err_t write_whether(struct json_out *j, struct person *p, const struct claim *c)
{
	json_key_bool(j, c->name, !rows_null(&p->row, c->column));
	return OK;
}

static err_t write_number(struct json_out *j, struct person *p, const struct claim *c)
{
	json_key_int(j, c->name, rows_int(&p->row, c->column));
	return OK;
}

static err_t write_json(struct json_out *j, struct person *p, const struct claim *c)
{
	size_t len;
	const char *text = rows_textn(&p->row, c->column, &len);

	json_key(j, c->name);
	json_raw(j, text, len);
	return OK;
}

static err_t write_profile(struct json_out *j, struct person *p, const struct claim *c)
{
	const json_t *value = json_object_get(p->profile, c->member);

	if (value) {
		json_key(j, c->name);
		json_value(j, value);
	}
	return OK;
}

/* Who has not chosen one is called by the user name. */
static err_t write_preferred_username(struct json_out *j, struct person *p, const struct claim *c)
{
	const char *chosen = json_string_value(json_object_get(p->profile, c->member));
	const char *name = chosen ? chosen : rows_text(&p->row, claims_user_username);

	if (name)
		json_key_text(j, c->name, name);
	return OK;
}

/* -- what stands elsewhere -- */

static err_t write_sso_identities(struct json_out *j, struct person *p, const struct claim *c)
{
	json_key(j, c->name);
	return sso_accounts_print(p->rq->tx, j, p->id, SSO_ACCOUNT_CLAIM);
}

typedef void row_writer(struct json_out *j, struct person *p, struct rows *rows);

static err_t write_rows(struct json_out *j, struct person *p, const char *name, struct statement *s, row_writer *write)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(p->rq->tx, s, ARGS(T(p->id)), &rows);

	json_key(j, name);
	json_list(j);
	while (!e && rows_next(&rows))
		write(j, p, &rows);
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

static void role_name(struct json_out *j, struct person *p, struct rows *rows)
{
	(void)p;
	json_text(j, rows_text(rows, claims_roles_name));
}

static err_t write_roles(struct json_out *j, struct person *p, const struct claim *c)
{
	return write_rows(j, p, c->name, &claims_roles, role_name);
}

static void organization_id(struct json_out *j, struct person *p, struct rows *rows)
{
	(void)p;
	json_text(j, rows_text(rows, claims_organizations_id));
}

static err_t write_organizations(struct json_out *j, struct person *p, const struct claim *c)
{
	return write_rows(j, p, c->name, &claims_organizations, organization_id);
}

static void organization_data(struct json_out *j, struct person *p, struct rows *rows)
{
	(void)p;
	json_open(j);
	json_key_text(j, "id", rows_text(rows, claims_organizations_id));
	json_key_text(j, "name", rows_text(rows, claims_organizations_name));
	json_key_text(j, "description", rows_text(rows, claims_organizations_description));
	json_close(j);
}

static err_t write_organization_data(struct json_out *j, struct person *p, const struct claim *c)
{
	return write_rows(j, p, c->name, &claims_organizations, organization_data);
}

static void organization_role(struct json_out *j, struct person *p, struct rows *rows)
{
	json_text(j, arena_printf(p->rq->arena, "%s:%s", rows_text(rows, claims_organization_roles_organization_id),
				  rows_text(rows, claims_organization_roles_name)));
}

static err_t write_organization_roles(struct json_out *j, struct person *p, const struct claim *c)
{
	return write_rows(j, p, c->name, &claims_organization_roles, organization_role);
}

/* -- the table -- */

#define OF_PROFILE(name, member_) { name, "profile", write_profile, .member = member_ }

static const struct claim claims[] = {
	{ "name", "profile", write_text, .column = claims_user_name },
	OF_PROFILE("family_name", "familyName"), OF_PROFILE("given_name", "givenName"),
	OF_PROFILE("middle_name", "middleName"), OF_PROFILE("nickname", "nickname"),
	{ "preferred_username", "profile", write_preferred_username, .member = "preferredUsername" },
	OF_PROFILE("profile", "profile"),
	{ "picture", "profile", write_text, .column = claims_user_avatar },
	OF_PROFILE("website", "website"), OF_PROFILE("gender", "gender"), OF_PROFILE("birthdate", "birthdate"),
	OF_PROFILE("zoneinfo", "zoneinfo"), OF_PROFILE("locale", "locale"),
	{ "updated_at", "profile", write_number, .column = claims_user_updated_at },
	{ "username", "profile", write_text, .column = claims_user_username },
	{ "created_at", "profile", write_number, .column = claims_user_created_at },
	{ "email", "email", write_text, .column = claims_user_primary_email },
	{ "email_verified", "email", write_whether, .column = claims_user_primary_email },
	{ "phone_number", "phone", write_text, .column = claims_user_primary_phone },
	{ "phone_number_verified", "phone", write_whether, .column = claims_user_primary_phone },
	{ "address", "address", write_profile, .member = "address" },
	{ "custom_data", "custom_data", write_json, .column = claims_user_custom_data, .is_extended = true },
	{ "identities", "identities", write_json, .column = claims_user_identities, .is_extended = true },
	{ "sso_identities", "identities", write_sso_identities, .is_extended = true, .is_elsewhere = true },
	{ "roles", "roles", write_roles, .is_extended = true, .is_elsewhere = true },
	{ "organizations", SCOPE_ORGANIZATIONS, write_organizations, .is_extended = true, .is_elsewhere = true },
	{ "organization_data", SCOPE_ORGANIZATIONS, write_organization_data,
	  .is_extended = true, .is_elsewhere = true },
	{ "organization_roles", SCOPE_ORGANIZATION_ROLES, write_organization_roles,
	  .is_extended = true, .is_elsewhere = true },
};

/* -- which of them -- */

/* The extended claims of ID tokens; NULL: all of them, for userinfo. */
static err_t load_enabled(struct request *rq, bool is_id_token, const json_t **setting)
{
	return is_id_token ? setting_load(rq->tx, &id_token, setting) : OK;
}

static bool is_enabled(const json_t *setting, const char *name)
{
	const json_t *enabled = json_object_get(setting, "enabledExtendedClaims"), *one;
	size_t i;

	json_array_foreach(enabled, i, one)
		if (!strcmp(json_string_value(one), name))
			return true;
	return false;
}

static bool is_wanted(const struct claim *c, const struct words *scopes, const json_t *setting)
{
	return words_have(scopes, c->scope) && (!c->is_extended || !setting || is_enabled(setting, c->name));
}

static bool wants_row(const struct words *scopes, const json_t *setting)
{
	for (size_t i = 0; i < ARRAY_LEN(claims); i++)
		if (!claims[i].is_elsewhere && is_wanted(&claims[i], scopes, setting))
			return true;
	return false;
}

static err_t open_row(struct person *p)
{
	err_t e = store_first(p->rq->tx, &claims_user, ARGS(T(p->id)), &p->row);

	return e ? e : tree_of_column(p->rq, &p->row, claims_user_profile, &p->profile);
}

/* Rows of SQLite are read one by one, so the claims of the row come first, and the row is closed then. */
static err_t write_kind(struct json_out *j, struct person *p, const struct words *scopes, const json_t *setting,
			bool is_elsewhere)
{
	err_t e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(claims); i++)
		if (claims[i].is_elsewhere == is_elsewhere && is_wanted(&claims[i], scopes, setting))
			e = claims[i].write(j, p, &claims[i]);
	return e;
}

err_t claims_write(struct request *rq, struct json_out *j, const char *user_id, const struct words *scopes,
		   bool is_id_token)
{
	CLEANUP(setting_release) const json_t *setting = NULL;
	struct person p = { .rq = rq, .id = user_id };
	err_t e = load_enabled(rq, is_id_token, &setting);

	if (e)
		return e;
	json_key_text(j, "sub", user_id);
	if (wants_row(scopes, setting)) {
		e = open_row(&p);
		if (!e)
			e = write_kind(j, &p, scopes, setting, false);
		rows_close(&p.row);
	}
	return e ? e : write_kind(j, &p, scopes, setting, true);
}

/* -- the ID token -- */

static err_t write_id_token(struct request *rq, struct json_out *j, const struct id_token *t)
{
	int64_t now = clock_s();
	err_t e;

	json_open(j);
	e = claims_write(rq, j, t->user_id, t->scopes, true);
	if (t->nonce)
		json_key_text(j, "nonce", t->nonce);
	if (t->sid)
		json_key_text(j, "sid", t->sid);
	if (t->auth_time_s)
		json_key_int(j, "auth_time", t->auth_time_s);
	json_key_text(j, "aud", t->client_id);
	json_key_text(j, "iss", rq->tenant->issuer);
	json_key_int(j, "iat", now);
	json_key_int(j, "exp", now + lifetime_within_bounds(t->ttl_s));
	json_close(j);
	return e;
}

err_t id_token_claims(struct request *rq, const struct id_token *t, const char **out)
{
	CLEANUP(buffer_done) struct buffer payload = {0};
	struct json_out j;
	err_t e;

	buffer_init(&payload, ID_CLAIMS_MAX);
	json_out_init(&j, &payload);
	e = write_id_token(rq, &j, t);
	if (!e && payload.full)
		e = err_set(ERR_INTERNAL, "the claims of an ID token are too long");
	if (!e)
		*out = arena_copyn(rq->arena, payload.data, payload.len);
	return e;
}
