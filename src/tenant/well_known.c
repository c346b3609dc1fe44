/*
 * The sign-in experience for everyone: the tenant's, with the look of an application and of an organization over it.
 * Contract: sign-in.md sections 10.1 and 10.2.
 */
#include "tenant/experience.h"

#include <string.h>

#include "store/store.h"
#include "tenant/connector.h"
#include "tenant/doors.h"
#include "tenant/social_connector.h"
#include "tenant/sso_connector.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- whose look -- */

STATEMENT(look_of_application,
	  "SELECT l.color, l.branding, l.custom_css FROM application_sign_in_experiences l"
	  " JOIN applications a ON a.tenant_id = l.tenant_id AND a.id = l.application_id AND a.is_third_party = 0"
	  " WHERE l.tenant_id = $1 AND l.application_id = $2");
STATEMENT(look_of_organization, "SELECT color, branding, custom_css FROM organizations"
	  " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL");
COLUMN_LIST(look, color, branding, custom_css);
COLUMNS_OF(look_of_application, look);
COLUMNS_OF(look_of_organization, look);

static void lay_object(json_t *shown, const char *member, const char *text)
{
	json_auto_t *own = json_loads(text, 0, NULL);

	json_object_update(json_object_get(shown, member), own);
}

/* Lays what has a look of its own over `shown`, member by member. An unknown id changes nothing. */
static err_t lay(struct txn *tx, struct statement *s, const char *id, json_t *shown)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = id ? store_query(tx, s, ARGS(T(id)), &row) : OK;

	if (!id || e || !rows_next(&row))
		return !id || e ? e : rows_end(&row);
	lay_object(shown, "color", rows_text(&row, look_color));
	lay_object(shown, "branding", rows_text(&row, look_branding));
	if (!rows_null(&row, look_custom_css))
		json_object_set_new(shown, "customCss", json_string(rows_text(&row, look_custom_css)));
	return rows_end(&row);
}

/* -- the document -- */

/* Members of the setting that are nobody else's business. */
static const char *const hidden[] = { "emailBlocklistPolicy", "forgotPasswordMethods", NULL };

/* Whether a person who has forgotten the password can have a code. */
static err_t add_ways_back(struct txn *tx, const json_t *value, json_t *shown)
{
	struct means have, back;
	err_t e = connector_means(tx, &have);

	if (e)
		return e;
	back = ways_back(value, have);
	json_object_set_new(shown, "forgotPassword", json_pack("{s:b, s:b}", "email", back.email, "phone", back.sms));
	return OK;
}

/* The members of the setting as everyone may see them. `*out`: json_decref(). */
static err_t make_shown(struct request *rq, const struct look *whose, json_t **out)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	err_t e = setting_load(rq->tx, &sign_in_experience, &value);

	if (e)
		return e;
	*out = json_deep_copy(value);
	e = add_ways_back(rq->tx, value, *out);
	if (e)
		return e;
	for (size_t i = 0; hidden[i]; i++)
		json_object_del(*out, hidden[i]);
	e = lay(rq->tx, &look_of_application, whose->application, *out);
	return e ? e : lay(rq->tx, &look_of_organization, whose->organization, *out);
}

static bool has_single_sign_on(const json_t *shown)
{
	return json_is_true(json_object_get(shown, "singleSignOnEnabled"));
}

/* Those by which people may sign in; none while single sign-on is off. */
static err_t add_sso_connectors(struct request *rq, json_t *shown)
{
	json_t *all = NULL;
	err_t e = has_single_sign_on(shown) ? sso_connector_shown(rq, &all) : OK;

	if (!e && all)
		json_object_set(shown, "ssoConnectors", all);
	else
		json_object_set_new(shown, "ssoConnectors", json_array());
	return e;
}

/* For our own pages, which ask for those of an address: there may be one for each customer of the tenant. */
static err_t add_has_sso_connectors(struct request *rq, json_t *shown)
{
	bool any = false;
	err_t e = has_single_sign_on(shown) ? sso_connector_any(rq, &any) : OK;

	json_object_set_new(shown, "hasSsoConnectors", json_boolean(any));
	return e;
}

/* Those of the targets that the tenant lists. */
static err_t add_social_connectors(struct request *rq, json_t *shown)
{
	json_t *all = NULL, *one_tap = NULL;
	err_t e = social_connector_shown(rq, json_object_get(shown, "socialSignInConnectorTargets"), &all);

	if (!e)
		e = social_one_tap_shown(rq, all, &one_tap);
	if (e)
		return e;
	json_object_set(shown, "socialConnectors", all);
	if (one_tap)
		json_object_set(shown, "googleOneTap", one_tap);
	return OK;
}

/* Adds what else the pages need to know. */
static err_t add_beside(struct request *rq, json_t *shown)
{
	json_t *catalog = NULL, *asked = NULL, *captcha = NULL;
	err_t e = profile_fields_read(rq->tx, json_object_get(shown, "signUpProfileFields"), &catalog, &asked);

	if (e)
		return e;
	json_object_set_new(shown, "customProfileFieldCatalog", catalog);
	json_object_set_new(shown, "customProfileFields", asked);
	e = add_social_connectors(rq, shown);
	json_object_set_new(shown, "isDevelopmentTenant", json_false());
	if (!e && json_is_true(json_object_get(json_object_get(shown, "captchaPolicy"), "enabled")))
		e = captcha_shown(rq->tx, &captcha);
	if (captcha)
		json_object_set_new(shown, "captchaConfig", captcha);
	return e;
}

static err_t make_all(struct request *rq, const struct look *whose, json_t **out)
{
	err_t e = make_shown(rq, whose, out);

	return e ? e : add_beside(rq, *out);
}

err_t experience_for(struct request *rq, const struct look *whose, json_t **out)
{
	err_t e = make_all(rq, whose, out);

	return e ? e : add_has_sso_connectors(rq, *out);
}

static err_t show_experience(struct request *rq)
{
	const struct look whose = { query_nonempty(rq, "appId"), query_nonempty(rq, "organizationId") };
	json_auto_t *shown = NULL;
	struct json_out j;
	err_t e = make_all(rq, &whose, &shown);

	if (!e)
		e = add_sso_connectors(rq, shown);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	setting_print(&j, rq->tx, &sign_in_experience, shown);
	json_close(&j);
	return OK;
}

/* -- where people of other tenants sign in -- */

/* Only the admin tenant tells; the id of the path is not looked at. */
static err_t show_endpoint(struct request *rq)
{
	struct json_out j;

	if (!rq->tenant->is_admin)
		return ERR_ROUTE_NOT_FOUND;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "user", arena_printf(rq->arena, "%s/", context.core_endpoint));
	json_close(&j);
	return OK;
}

/* -- routes -- */

static const struct field look_query[] = {
	{ "organizationId", .type = FIELD_TEXT, .help = "Whose look goes over that of the application." },
	{ "appId", .type = FIELD_TEXT, .help = "Whose look goes over that of the tenant." },
	FIELDS_END
};

static const struct field forgot_members[] = {
	{ "email", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "phone", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};
static const struct field beside_members[] = {
	OBJECT_LIST("customProfileFieldCatalog"),
	OBJECT_LIST("customProfileFields"),
	OBJECT_LIST("socialConnectors"),
	OBJECT_LIST("ssoConnectors"),
	{ "forgotPassword", .type = FIELD_STRUCT, .flags = REQUIRED, .members = forgot_members },
	{ "isDevelopmentTenant", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "captchaConfig", .type = FIELD_OBJECT },
	{ "googleOneTap", .type = FIELD_OBJECT },
	FIELDS_END
};
static const struct shape shown = {
	.fields = sign_in_experience_fields, .without = hidden, .beside = beside_members
};
static const struct field endpoint_members[] = {
	{ "user", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape endpoint = { .fields = endpoint_members };

const struct route well_known_routes[] = {
	{ GET, "/api/.well-known/sign-in-exp", ANYONE, READ, .query = look_query, .handler = show_experience,
	  .status = 200, .reply = &shown, .operation = "GetSignInExperienceConfig",
	  .summary = "Get how people sign in, and what they see, for the pages" },
	{ GET, "/api/.well-known/experience", ANYONE, READ, .query = look_query, .handler = show_experience,
	  .status = 200, .reply = &shown, .operation = "GetWellKnownExperience",
	  .summary = "The same as sign-in-exp" },
	{ GET, "/api/.well-known/endpoints/{tenantId}", ANYONE, READ, .handler = show_endpoint, .status = 200,
	  .reply = &endpoint, .operation = "GetWellKnownEndpoints",
	  .summary = "Get where the people of a tenant sign in" },
};
const size_t well_known_route_count = ARRAY_LEN(well_known_routes);
