/*
 * What the page asks for consent of a person by (oidc.md section 5.6): GET and POST /api/interaction/consent.
 *
 * At an API resource an application of a third party gets the scopes that the person has by roles of the tenant, when
 * it may have them as resource scopes, and those that the person has in an organization that the person chose, when it
 * may have them as organization resource scopes.
 */
#include "oidc/consent.h"

#include <string.h>

#include "entity/shape.h"
#include "entity/tree.h"
#include "http/mount.h"
#include "oidc/client.h"
#include "oidc/redirect_uri.h"
#include "oidc/scopes.h"
#include "oidc/target.h"
#include "oidc/words.h"
#include "organizations/consent.h"
#include "store/store.h"
#include "tenant/api.h"
#include "tenant/doors.h"
#include "base/banned.h"

STATEMENT(consent_application,
	  "SELECT a.name, l.branding, l.display_name, l.privacy_policy_url, l.terms_of_use_url FROM applications a"
	  " LEFT JOIN application_sign_in_experiences l ON l.tenant_id = a.tenant_id AND l.application_id = a.id"
	  " WHERE a.tenant_id = $1 AND a.id = $2");
COLUMNS(consent_application, name, branding, display_name, privacy_policy_url, terms_of_use_url);
STATEMENT(consent_person,
	  "SELECT name, avatar, username, primary_email, primary_phone FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(consent_person, name, avatar, username, primary_email, primary_phone);
STATEMENT(organizations_of_person,
	  "SELECT o.id, o.name FROM organization_users m JOIN organizations o ON o.tenant_id = m.tenant_id"
	  " AND o.id = m.organization_id WHERE m.tenant_id = $1 AND m.user_id = $2 AND o.deleted_at IS NULL"
	  " ORDER BY o.name, o.id");
COLUMNS(organizations_of_person, id, name);
STATEMENT(consented_organizations,
	  "SELECT c.organization_id FROM consent_organizations c JOIN organizations o ON o.tenant_id = c.tenant_id"
	  " AND o.id = c.organization_id WHERE c.tenant_id = $1 AND c.application_id = $2 AND c.user_id = $3"
	  " AND o.deleted_at IS NULL ORDER BY c.organization_id");
COLUMNS(consented_organizations, organization_id);
STATEMENT(scopes_shown,
	  "SELECT s.id, s.name, s.description, r.id AS resource_id, r.name AS resource_name FROM resources r"
	  " JOIN scopes s ON s.tenant_id = r.tenant_id AND s.resource_id = r.id AND s.name IN"
	  " (SELECT l.id FROM {list:$3} l) WHERE r.tenant_id = $1 AND r.indicator = $2 ORDER BY s.name");
STATEMENT(template_scopes_shown,
	  "SELECT s.id, s.name, s.description, NULL AS resource_id, NULL AS resource_name FROM {list:$2} l"
	  " JOIN organization_scopes s ON s.tenant_id = $1 AND s.name = l.id ORDER BY s.name");
COLUMN_LIST(shown, id, name, description, resource_id, resource_name);
COLUMNS_OF(scopes_shown, shown);
COLUMNS_OF(template_scopes_shown, shown);

/* A call of the page, and who it is about. */
struct asked {
	struct request *rq;
	struct interaction interaction;
	const struct client *client;
};

static void asked_done(struct asked *a)
{
	client_release(&a->client);
}

/* ERR_SESSION_NOT_FOUND: the browser waits for something else, or nobody is signed in; ERR_OAUTH_ACCESS_DENIED. */
static err_t begin(struct request *rq, struct asked *out)
{
	err_t e;

	*out = (struct asked){ .rq = rq };
	e = interaction_find(rq, rq->who.id, &out->interaction);
	if (e == ERR_NOT_FOUND || (!e && !consent_is_asked(&out->interaction)))
		return ERR_SESSION_NOT_FOUND;
	if (!e)
		e = client_load(rq->tx, rq->tenant, out->interaction.client_id, &out->client);
	return e ? e : consent_check(rq, &out->interaction);
}

/* -- which scopes -- */

/*
 * The scopes of a resource that the person has at a place, and those that the application may have there; `*may` is
 * NULL where it may have all of them. The place is an organization, or NULL: the tenant. To a client that may have all
 * an organization shows what the person has alone, too.
 */
static err_t load_scopes(const struct asked *a, const char *indicator, const char *organization_id, json_t **has,
			 json_t **may)
{
	enum consent_kind kind = organization_id ? CONSENT_ORGANIZATION_RESOURCE_SCOPES : CONSENT_RESOURCE_SCOPES;
	const char *user_id = consent_user(&a->interaction);
	err_t e;

	*may = NULL;
	if (!strcmp(indicator, ORGANIZATIONS_RESOURCE) || (organization_id && !a->client->is_third_party))
		return scopes_of_user(a->rq, a->client, user_id, indicator, organization_id, has);
	e = scopes_of_user_by(a->rq, user_id, indicator, organization_id, has);
	if (!e && a->client->is_third_party)
		e = consent_scopes_load(a->rq, a->client->id, kind, indicator, may);
	return e;
}

/* The missing ones of a resource that the person has at a place and the application may have there, in their order. */
static err_t find_grantable(const struct asked *a, const char *indicator, const json_t *missing,
			    const char *organization_id, json_t **out)
{
	struct words there, allowed;
	json_t *has, *may;
	const json_t *name;
	size_t i;
	err_t e = load_scopes(a, indicator, organization_id, &has, &may);

	if (e)
		return e;
	*out = tree_keep(a->rq, json_array());
	there = words_of_list(a->rq->arena, has);
	allowed = words_of_list(a->rq->arena, may);
	json_array_foreach(missing, i, name)
		if (words_have(&there, json_string_value(name)) &&
		    (!may || words_have(&allowed, json_string_value(name))))
			json_array_append(*out, (json_t *)name);
	return OK;
}

/* -- GET -- */

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *show_scope(struct rows *row)
{
	return json_pack("{s:s, s:s, s:o}", "id", rows_text(row, shown_id), "name", rows_text(row, shown_name),
			 "description", text_or_null(rows_text(row, shown_description)));
}

/* Appends a resource with these scopes, unless there are none. */
static err_t show_resource(const struct asked *a, const char *indicator, const json_t *names, json_t *to)
{
	CLEANUP(rows_close) struct rows rows = {0};
	bool is_template = !strcmp(indicator, ORGANIZATIONS_RESOURCE);
	const char *list = json_to_text(a->rq->arena, names), *id = indicator, *name = indicator;
	json_t *scopes = tree_keep(a->rq, json_array());
	err_t e = is_template ? store_query(a->rq->tx, &template_scopes_shown, ARGS(T(list)), &rows) :
				store_query(a->rq->tx, &scopes_shown, ARGS(T(indicator), T(list)), &rows);

	while (!e && rows_next(&rows)) {
		if (!is_template && json_array_size(scopes) == 0) {
			id = arena_copy(a->rq->arena, rows_text(&rows, shown_resource_id));
			name = arena_copy(a->rq->arena, rows_text(&rows, shown_resource_name));
		}
		json_array_append_new(scopes, show_scope(&rows));
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && json_array_size(scopes) > 0)
		json_array_append_new(to, json_pack("{s:{s:s, s:s, s:s}, s:O}", "resource", "id", id, "name", name,
						    "indicator", indicator, "scopes", scopes));
	return e;
}

/* Sets the member missingResourceScopes to what is missing at a place: an organization, or NULL. */
static err_t show_missing(const struct asked *a, const char *organization_id, json_t *of)
{
	json_t *list = json_array(), *missing, *names;
	const char *indicator;
	err_t e = OK;

	json_object_set_new(of, "missingResourceScopes", list);
	json_object_foreach(consent_missing_at_resources(&a->interaction), indicator, missing) {
		if (!e)
			e = find_grantable(a, indicator, missing, organization_id, &names);
		if (!e && json_array_size(names) > 0)
			e = show_resource(a, indicator, names, list);
	}
	return e;
}

/* The organizations from which the person may choose, when the application asks for organizations. */
static err_t show_organizations(const struct asked *a, json_t *to)
{
	struct words missing = words_of_list(a->rq->arena, consent_missing_scopes(&a->interaction));
	CLEANUP(rows_close) struct rows rows = {0};
	json_t *one;
	size_t i;
	err_t e;

	if (!words_have(&missing, SCOPE_ORGANIZATIONS))
		return OK;
	e = store_query(a->rq->tx, &organizations_of_person, ARGS(T(consent_user(&a->interaction))), &rows);
	while (!e && rows_next(&rows))
		json_array_append_new(to, json_pack("{s:s, s:s}", "id", rows_text(&rows, organizations_of_person_id),
						    "name", rows_text(&rows, organizations_of_person_name)));
	if (!e)
		e = rows_end(&rows);
	json_array_foreach(to, i, one)
		if (!e)
			e = show_missing(a, json_string_value(json_object_get(one, "id")), one);
	return e;
}

static err_t show_application(const struct asked *a, json_t *to)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *branding;
	err_t e = store_first(a->rq->tx, &consent_application, ARGS(T(a->client->id)), &row);

	tree_set_text(to, "id", a->client->id);
	if (e)
		return e;
	tree_set_text(to, "name", rows_text(&row, consent_application_name));
	e = tree_of_column(a->rq, &row, consent_application_branding, &branding);
	if (!e && branding)
		json_object_set(to, "branding", branding);
	tree_set_text(to, "displayName", rows_text(&row, consent_application_display_name));
	tree_set_text(to, "privacyPolicyUrl", rows_text(&row, consent_application_privacy_policy_url));
	tree_set_text(to, "termsOfUseUrl", rows_text(&row, consent_application_terms_of_use_url));
	return e ? e : rows_end(&row);
}

static err_t show_person(const struct asked *a, json_t *to)
{
	static const struct { const char *member; int column; } members[] = {
		{ "name", consent_person_name }, { "avatar", consent_person_avatar },
		{ "username", consent_person_username }, { "primaryEmail", consent_person_primary_email },
		{ "primaryPhone", consent_person_primary_phone },
	};
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = consent_user(&a->interaction);
	err_t e = store_first(a->rq->tx, &consent_person, ARGS(T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? ERR_SESSION_NOT_FOUND : e;
	tree_set_text(to, "id", id);
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set_new(to, members[i].member, text_or_null(rows_text(&row, members[i].column)));
	return rows_end(&row);
}

/* Sets the member missingOIDCScope: without those that no person needs to hear of. */
static void show_scopes(const struct asked *a, json_t *of)
{
	const json_t *missing = consent_missing_scopes(&a->interaction), *name;
	json_t *list;
	size_t i;

	if (!missing)
		return;
	list = json_array();
	json_object_set_new(of, "missingOIDCScope", list);
	json_array_foreach(missing, i, name)
		if (strcmp(json_string_value(name), "openid") != 0 &&
		    strcmp(json_string_value(name), "offline_access") != 0)
			json_array_append(list, (json_t *)name);
}

/* Where the browser goes in the end; a device has no such address. ERR_OAUTH_REDIRECT_URI: it is gone. */
static err_t show_address(const struct asked *a, json_t *of)
{
	const char *uri = interaction_param(&a->interaction, "redirect_uri");

	if (json_object_get(a->interaction.request, "device"))
		return OK;
	uri = uri ? uri : a->client->redirect_uris[0];
	if (!uri || !redirect_uri_is_registered(a->rq->arena, a->client->redirect_uris, uri, a->client->is_native))
		return err_set(ERR_OAUTH_REDIRECT_URI, "the redirect URI is not registered any more");
	tree_set_text(of, "redirectUri", uri);
	return OK;
}

static err_t get_consent(struct request *rq)
{
	json_t *out = tree_keep(rq, json_pack("{s:{}, s:{}, s:[]}", "application", "user", "organizations"));
	CLEANUP(asked_done) struct asked a = {0};
	struct json_out j;
	err_t e = begin(rq, &a);

	if (!e)
		e = show_address(&a, out);
	if (!e)
		e = show_application(&a, json_object_get(out, "application"));
	if (!e)
		e = show_person(&a, json_object_get(out, "user"));
	if (!e)
		e = show_organizations(&a, json_object_get(out, "organizations"));
	if (!e)
		e = show_missing(&a, NULL, out);
	if (e)
		return e;
	show_scopes(&a, out);
	j = reply_json(rq, 200);
	json_value(&j, out);
	return OK;
}

/* -- POST -- */

/* The places at which the person has roles that count: the tenant (null), and each organization consented to. */
static err_t list_places(const struct asked *a, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(a->rq->tx, &consented_organizations,
			      ARGS(T(a->client->id), T(consent_user(&a->interaction))), &rows);

	*out = tree_keep(a->rq, json_pack("[n]"));
	while (!e && rows_next(&rows))
		json_array_append_new(*out, json_string(rows_text(&rows, consented_organizations_organization_id)));
	return e ? e : rows_end(&rows);
}

/*
 * Grants what the person has of the missing scopes of a resource at any of the places. The others are refused, so that
 * they are not asked for again; a resource that gets nothing stays as it is.
 */
static err_t grant_at(const struct asked *a, const char *indicator, const json_t *missing, const json_t *places,
		      struct user_grant *g)
{
	const json_t *place, *name;
	bool any = false;
	size_t i, k;

	json_array_foreach(places, i, place) {
		json_t *names;
		err_t e = find_grantable(a, indicator, missing, json_string_value(place), &names);

		if (e)
			return e;
		json_array_foreach(names, k, name)
			grant_add(g, indicator, json_string_value(name));
		any = any || json_array_size(names) > 0;
	}
	json_array_foreach(missing, i, name)
		if (any && !grant_has(g, indicator, json_string_value(name)))
			grant_reject(g, indicator, json_string_value(name));
	return OK;
}

static err_t grant_at_resources(const struct asked *a, struct user_grant *g)
{
	const char *indicator;
	json_t *places, *missing;
	err_t e = list_places(a, &places);

	json_object_foreach(consent_missing_at_resources(&a->interaction), indicator, missing)
		if (!e)
			e = grant_at(a, indicator, missing, places, g);
	return e;
}

static err_t post_consent(struct request *rq)
{
	const json_t *chosen = body_get(rq, "organizationIds");
	CLEANUP(asked_done) struct asked a = {0};
	struct user_grant g;
	struct json_out j;
	err_t e = begin(rq, &a);

	if (!e && chosen)
		e = consent_organizations_add(rq, a.client->id, consent_user(&a.interaction), chosen);
	if (!e)
		e = consent_begin(rq, &a.interaction, &g);
	if (!e)
		e = grant_at_resources(&a, &g);
	if (!e)
		e = consent_end(rq, &a.interaction, &g);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "redirectTo", consent_resume_address(rq, &a.interaction));
	json_close(&j);
	return OK;
}

/* -- the mount and its routes -- */

static const struct door *const doors[] = { INTERACTION, NULL };

const struct mount consent_mount = {
	.prefix = "/api/interaction", .doors = doors, .allowed_origin = api_allowed_origin,
	.write_error = interaction_write_error, API_RULES
};

static const struct field consent_body[] = {
	{ "organizationIds", .type = FIELD_LIST, .element = &field_id, .help = "Organizations to act in." }, FIELDS_END
};
static const struct field consent_answer[] = { { "redirectTo", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END };
static const struct shape consent_shape = { .fields = consent_answer };

#define CONSENT "/api/interaction/consent"

const struct route consent_page_routes[] = {
	{ GET, CONSENT, INTERACTION, SCAN, .handler = get_consent, .status = 200, .reply = &any_object,
	  .operation = "GetConsentInfo", .summary = "What an application asks the person for" },
	{ POST, CONSENT, INTERACTION, WRITE, .body = consent_body, .handler = post_consent, .status = 200,
	  .refuses = 422, .reply = &consent_shape, .operation = "Consent", .summary = "Let the application have it" },
};
const size_t consent_page_route_count = ARRAY_LEN(consent_page_routes);
