/*
 * Applications. Their secrets are in application_secrets.c.
 * Contract: users-apps-resources.md sections 3.1 to 3.4.
 */
#include "directory/application.h"

#include <ctype.h>
#include <string.h>

#include "directory/merge.h"
#include "directory/role.h"
#include "entity/deletion.h"

#include "base/banned.h"

static const char *const types[] = { "Native", "SPA", "Traditional", "MachineToMachine", "Protected", "SAML", NULL };

/* Of each list of addresses: they are looked through for every request of a page. */
#define URIS_MOST 100

static const struct field redirect_uri = { .type = FIELD_TEXT, .form = FORM_REDIRECT_URI };
static const struct field origin = { .type = FIELD_TEXT, .flags = NOT_EMPTY };

static const struct field oidc_members[] = {
	{ "redirectUris", .type = FIELD_LIST, .flags = REQUIRED, .max = URIS_MOST, .element = &redirect_uri },
	{ "postLogoutRedirectUris", .type = FIELD_LIST, .flags = REQUIRED, .max = URIS_MOST,
	  .element = &redirect_uri },
	{ "backchannelLogoutUri", .type = FIELD_TEXT, .form = FORM_URL },
	{ "backchannelLogoutSessionRequired", .type = FIELD_BOOL },
	{ "logoUri", .type = FIELD_TEXT, .form = FORM_SHOWN },
	FIELDS_END
};

static const struct field custom_members[] = {
	{ "corsAllowedOrigins", .type = FIELD_LIST, .max = URIS_MOST, .element = &origin },
	{ "idTokenTtl", .type = FIELD_NUMBER, .min = 1, .max = LIFETIME_MOST_S, .help = "Seconds." },
	{ "refreshTokenTtl", .type = FIELD_NUMBER, .min = 1, .max = LIFETIME_MOST_S, .help = "Seconds." },
	{ "refreshTokenTtlInDays", .type = FIELD_NUMBER, .flags = WHOLE, .min = 1, .max = 180 },
	{ "tenantId", .type = FIELD_TEXT },
	{ "alwaysIssueRefreshToken", .type = FIELD_BOOL },
	{ "rotateRefreshToken", .type = FIELD_BOOL },
	{ "allowTokenExchange", .type = FIELD_BOOL },
	{ "isDeviceFlow", .type = FIELD_BOOL },
	{ "maxAllowedGrants", .type = FIELD_NUMBER, .flags = WHOLE, .min = 1 },
	FIELDS_END
};

static const struct field application_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 256, .help = "Not unique." },
	{ "description", "description", FIELD_TEXT, NULLABLE | SEARCHED, .max = DESCRIPTION_MOST },
	{ "type", "type", FIELD_ENUM, REQUIRED | CREATE_ONLY | ENUM_BY_VALUE, .options = types },
	{ "oidcClientMetadata", "oidc_client_metadata", FIELD_STRUCT, .members = oidc_members,
	  .fallback = "{\"redirectUris\":[],\"postLogoutRedirectUris\":[]}", .help = "A patch replaces it whole." },
	{ "customClientMetadata", "custom_client_metadata", FIELD_STRUCT, .members = custom_members, .fallback = "{}",
	  .help = "A patch replaces it whole." },
	{ "protectedAppMetadata", "protected_app_metadata", FIELD_OBJECT, NULLABLE,
	  .help = "Of protected applications." },
	{ "customData", "custom_data", FIELD_OBJECT, .fallback = "{}",
	  .help = "Any JSON object; a patch replaces it whole." },
	{ "isThirdParty", "is_third_party", FIELD_BOOL, CREATE_ONLY, .fallback = "0" },
	{ "appLevelAccessControlEnabled", "app_level_access_control_enabled", FIELD_BOOL, PATCH_ONLY,
	  .fallback = "0" },
	{ "createdAt", "created_at", FIELD_TIME, IGNORED },
	{ "isAdmin", .type = FIELD_BOOL, .flags = PATCH_ONLY | NOT_STORED,
	  .help = "Whether it holds the internal role for administrators." },
	FIELDS_END
};

ENTITY(application) = {
	.name = "application", .table = "applications", .singular = "application", .parameter = "applicationId",
	.fields = application_fields, .id_len = ID_LONG,
	.read_miss = ERR_NOT_EXISTS_WITH_ID, .patch_miss = ERR_NOT_EXISTS_WITH_ID,
	.delete_miss = ERR_NOT_EXISTS_WITH_ID, .searched = true, .search_index = true, .changes = CHANGE_APPLICATIONS,
};

STATEMENT(application_find_type, "SELECT type FROM applications WHERE tenant_id = $1 AND id = $2");

err_t application_type(struct request *rq, const char *id, const char **type)
{
	err_t e = store_text(rq->tx, &application_find_type, ARGS(T(id)), rq->arena, type);

	return e == ERR_NOT_FOUND ? entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id) : e;
}

/* -- answers -- */

#define ADMIN_OF(a) \
	"CASE WHEN EXISTS (SELECT 1 FROM application_roles x WHERE x.tenant_id = " a \
	".tenant_id AND x.application_id = " a ".id" \
	" AND x.role_id = '" ADMIN_ROLE "') THEN 1 ELSE 0 END"

STATEMENT(application_find_whole, "SELECT a.legacy_secret_sealed, " ADMIN_OF("a") " AS is_admin, {cols:application:a}"
	  " FROM applications a WHERE a.tenant_id = $1 AND a.id = $2");
COLUMNS_BEFORE(application_find_whole, application, legacy_secret_sealed, is_admin);

/* Answers 200 with the application and its legacy secret, and with `isAdmin` when asked. */
static err_t reply_whole(struct request *rq, const char *id, bool with_admin)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &application_find_whole, ARGS(T(id)), &row);
	struct json_out j;

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	entity_print(&j, &application, &row, application_find_whole_application);
	e = application_secret_member(&j, rq, &row, application_find_whole_legacy_secret_sealed, id);
	if (with_admin)
		json_key_bool(&j, "isAdmin", rows_int(&row, application_find_whole_is_admin) != 0);
	json_close(&j);
	return e ? e : rows_end(&row);
}

err_t application_reply(struct request *rq, const char *id)
{
	return reply_whole(rq, id, false);
}

/* -- built-in applications: pages of the server itself, which every tenant has without a row in the database -- */

static const struct built_in {
	const char *id, *name, *description, *type, *custom_metadata;
} built_ins[] = {
	{ "demo-app", "Live Preview", "Preview for Sign-in Experience.", "SPA", "{}" },
	{ "account-center", "Account Center", "The pages on which people manage their account.", "SPA", "{}" },
	{ "device-demo-app", "Device Flow Preview", "The device flow, to be tried.", "Native",
	  "{\"isDeviceFlow\":true}" },
};

const char *application_built_in_name(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(built_ins); i++)
		if (!strcmp(built_ins[i].id, id))
			return built_ins[i].name;
	return NULL;
}

static err_t reply_built_in(struct request *rq, const struct built_in *app)
{
	static const char no_uris[] = "{\"redirectUris\":[],\"postLogoutRedirectUris\":[]}";
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "tenantId", txn_tenant(rq->tx));
	json_key_text(&j, "id", app->id);
	json_key_text(&j, "name", app->name);
	json_key_text(&j, "secret", "N/A");
	json_key_text(&j, "description", app->description);
	json_key_text(&j, "type", app->type);
	json_key(&j, "oidcClientMetadata");
	json_raw(&j, no_uris, strlen(no_uris));
	json_key(&j, "customClientMetadata");
	json_raw(&j, app->custom_metadata, strlen(app->custom_metadata));
	json_key_text(&j, "protectedAppMetadata", NULL);
	json_key(&j, "customData");
	json_raw(&j, "{}", 2);
	json_key_bool(&j, "isThirdParty", false);
	json_key_bool(&j, "appLevelAccessControlEnabled", false);
	json_key_int(&j, "createdAt", 0);
	json_key_bool(&j, "isAdmin", false);
	json_close(&j);
	return OK;
}

static err_t get_application(struct request *rq)
{
	const char *id = path_arg(rq, "id");

	for (size_t i = 0; i < ARRAY_LEN(built_ins); i++)
		if (!strcmp(built_ins[i].id, id))
			return reply_built_in(rq, &built_ins[i]);
	return reply_whole(rq, id, true);
}

/* -- the rules of section 3.4 -- */

static bool is_type(const char *type, const char *name)
{
	return !strcmp(type, name);
}

static bool custom_flag(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(json_object_get(object, "customClientMetadata"), name));
}

/* Whether the text is one label of a host name; NULL is not one. */
static bool subdomain_fits(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

/* Protected applications need a provider at the edge, which no installation has; so every valid one ends in 501. */
static err_t check_protected(const struct request *rq, const char *type)
{
	const json_t *metadata = body_get(rq, "protectedAppMetadata");

	if (!is_type(type, "Protected"))
		return OK;
	if (!json_is_object(metadata))
		return ERR_APP_PROTECTED_METADATA;
	return subdomain_fits(json_string_value(json_object_get(metadata, "subDomain"))) ? ERR_APP_PROTECTED_OFF :
											   ERR_APP_SUBDOMAIN;
}

static err_t check_third_party(const struct request *rq, const char *type)
{
	if (!json_is_true(body_get(rq, "isThirdParty")))
		return OK;
	if (!is_type(type, "Traditional") && !is_type(type, "SPA") && !is_type(type, "Native"))
		return ERR_APP_THIRD_PARTY_TYPE;
	return custom_flag(rq->body, "allowTokenExchange") ? ERR_APP_THIRD_PARTY_EXCHANGE : OK;
}

static err_t check_new(const struct request *rq, const char *type)
{
	err_t e;

	if (is_type(type, "SAML"))
		return ERR_APP_SAML;
	if (custom_flag(rq->body, "isDeviceFlow") && !is_type(type, "Native"))
		return ERR_APP_DEVICE_FLOW_NATIVE;
	e = check_protected(rq, type);
	return e ? e : check_third_party(rq, type);
}

static err_t create_application(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	const char *type = body_text(rq, "type");
	err_t e = check_new(rq, type);

	if (e)
		return e;
	json_object_del(object, "protectedAppMetadata");
	e = entity_insert(rq->tx, rq->arena, &application, object, &row);
	if (!e)
		e = entity_reply(rq, 200, &application, &row);
	if (!e && has_secrets(type))
		e = secret_create(rq, json_string_value(json_object_get(object, "id")), DEFAULT_SECRET_NAME, 0);
	return e;
}

/* -- change -- */

STATEMENT(lock_facts,
	  "SELECT type, is_third_party, custom_client_metadata FROM applications WHERE tenant_id = $1"
	  " AND id = $2 {lock}");
COLUMNS(lock_facts, type, is_third_party, custom_client_metadata);

struct facts {			/* what no patch of an application changes */
	const char *type;
	bool is_third_party, is_device_flow;
};

/* Locks the row of the application until the transaction ends, so that the checks still hold at the update. */
static err_t find_facts(struct request *rq, const char *id, struct facts *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *custom = NULL;
	err_t e = store_first(rq->tx, &lock_facts, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id);
	if (e)
		return e;
	out->type = arena_copy(rq->arena, rows_text(&row, lock_facts_type));
	out->is_third_party = rows_int(&row, lock_facts_is_third_party) != 0;
	e = merge_json(rq->arena, &rq->charge, rows_text(&row, lock_facts_custom_client_metadata), NULL, &custom);
	out->is_device_flow = json_is_true(json_object_get(custom, "isDeviceFlow"));
	return e ? e : rows_end(&row);
}

/* Whether there is a rule of access control (organizations/access.c). */
STATEMENT(has_access_rule,
	  "SELECT CASE WHEN EXISTS (SELECT 1 FROM application_access_users x WHERE x.tenant_id = $1"
	  " AND x.application_id = $2)"
	  " OR EXISTS (SELECT 1 FROM application_access_roles x WHERE x.tenant_id = $1 AND x.application_id = $2"
	  " AND " LIVE("roles", "x.role_id") ")"
	  " OR EXISTS (SELECT 1 FROM application_access_organizations x WHERE x.tenant_id = $1"
	  " AND x.application_id = $2 AND " LIVE("organizations", "x.organization_id") ")"
	  " OR EXISTS (SELECT 1 FROM application_access_organization_roles x WHERE x.tenant_id = $1"
	  " AND x.application_id = $2 AND " LIVE("organizations", "x.organization_id") ")"
	  " THEN 1 ELSE 0 END AS has_rule");

/* Access control without a rule would let nobody in. */
static err_t check_access_control(struct request *rq, const char *id)
{
	int64_t has_rule = 1;
	err_t e = OK;

	if (json_is_true(body_get(rq, "appLevelAccessControlEnabled")))
		e = store_int(rq->tx, &has_access_rule, ARGS(T(id)), &has_rule);
	if (e || has_rule)
		return e;
	e = err_arg(ERR_REQUEST_INPUT, "reason", "Add a rule of access control before it is enabled.");
	err_fault()->status = 422;
	return e;
}

static err_t check_patch(struct request *rq, const char *id, const struct facts *facts)
{
	err_t e;

	if (is_type(facts->type, "SAML"))
		return ERR_APP_SAML;
	e = check_access_control(rq, id);
	if (e)
		return e;
	if (facts->is_third_party && custom_flag(rq->body, "allowTokenExchange"))
		return ERR_APP_THIRD_PARTY_EXCHANGE;
	if (body_get(rq, "customClientMetadata") && custom_flag(rq->body, "isDeviceFlow") != facts->is_device_flow)
		return ERR_APP_DEVICE_FLOW_FIXED;
	if (json_is_true(body_get(rq, "isAdmin")) && !is_type(facts->type, "MachineToMachine"))
		return ERR_APP_TYPE;
	if (json_is_object(body_get(rq, "protectedAppMetadata")))
		return is_type(facts->type, "Protected") ? ERR_APP_PROTECTED_OFF : ERR_APP_PROTECTED_ONLY;
	return OK;
}

/* Gives the internal role for administrators to the application or takes it away; NULL leaves it as it is. */
static err_t set_admin(struct request *rq, const char *id, const json_t *on)
{
	json_auto_t *roles = json_pack("[s]", ADMIN_ROLE);
	struct resolved_list list;
	err_t e;

	if (!json_is_boolean(on))
		return OK;
	e = relation_resolve(rq->tx, rq->arena, &application_roles, &id, roles, &list);
	if (e || list.at[0].already == json_is_true(on))
		return e;
	if (!json_is_true(on))
		return relation_remove(rq->tx, &application_roles, &id, ADMIN_ROLE);
	if (!list.at[0].exists)
		return entity_miss_error(&role, ERR_NOT_EXISTS_WITH_ID, ADMIN_ROLE);
	return relation_insert(rq->tx, rq->arena, &application_roles, &id, roles, NULL);
}

static err_t patch_application(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *patch = body_copy(rq);
	const char *id = path_arg(rq, "id");
	struct facts facts = { .type = "" };
	err_t e = find_facts(rq, id, &facts);

	if (!e)
		e = check_patch(rq, id, &facts);
	if (!e)
		e = set_admin(rq, id, body_get(rq, "isAdmin"));
	if (e)
		return e;
	json_object_del(patch, "isAdmin");
	json_object_del(patch, "protectedAppMetadata");
	if (json_object_size(patch) > 0) {
		e = entity_update(rq->tx, rq->arena, &application, id, patch, &row);
		if (!e)
			e = rows_end(&row);
	}
	return e ? e : application_reply(rq, id);
}

static err_t delete_application(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *type;
	err_t e = application_type(rq, id, &type);

	if (!e && is_type(type, "SAML"))
		e = ERR_APP_SAML;
	if (!e)
		e = entity_delete(rq->tx, &application, id);
	return e ? e : reply_empty(rq, 204);
}

/* -- custom data: the body is the object itself -- */

STATEMENT(application_lock_custom_data,
	  "SELECT custom_data FROM applications WHERE tenant_id = $1 AND id = $2 {lock}");

static err_t store_custom_data(struct request *rq, const char *id, json_t *merged)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *patch = json_object();
	struct json_out j;
	err_t e;

	json_object_set(patch, "customData", merged);
	e = entity_update(rq->tx, rq->arena, &application, id, patch, &row);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_value(&j, merged);
	return rows_end(&row);
}

/* Merges the body into the stored object. An unknown application gets ERR_NOT_EXISTS here, as the contract says. */
static err_t patch_custom_data(struct request *rq)
{
	static const struct field nothing[] = { FIELDS_END };
	const char *id = path_arg(rq, "applicationId"), *text;
	json_auto_t *merged = NULL;
	err_t e;

	if (!json_is_object(rq->body))
		return fields_check(rq->arena, nothing, CHECK_PATCH, body_to_check(rq), "body");
	e = store_text(rq->tx, &application_lock_custom_data, ARGS(T(id)), rq->arena, &text);
	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS, id);
	if (!e)
		e = merge_json(rq->arena, &rq->charge, text, rq->body, &merged);
	return e ? e : store_custom_data(rq, id, merged);
}

/* -- the list -- */

static void filter_types(struct query *q)
{
	json_auto_t *wanted = query_all(q->rq, "types");

	if (json_array_size(wanted) > 0)
		query_filter(q, "a.type IN (SELECT l.id FROM {list:?} l)",
			     ARGS(T(json_to_text(q->rq->arena, wanted))));
}

static err_t filter_applications(struct query *q)
{
	const char *third_party = query_nonempty(q->rq, "isThirdParty");

	filter_types(q);
	if (third_party)
		query_filter(q, "a.is_third_party = ?", ARGS(N(!strcmp(third_party, "true"))));
	return exclude_members(q, "role_applications", "organization_applications");
}

static err_t list_applications(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e;

	query_init(&q, rq, &application, "a", "applications a");
	e = filter_applications(&q);
	if (e)
		return e;
	query_search(&q);
	query_counter(&q, "applications", "");
	q.order = "a.created_at DESC, a.id DESC";
	application_print_secret(&q);
	return query_reply(&q);
}

/* -- routes -- */

static const struct field protected_members[] = {
	{ "subDomain", .type = FIELD_TEXT, .flags = REQUIRED }, { "origin", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

static const struct field create_body[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = IGNORED, .max = 21 },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	{ "description", .type = FIELD_TEXT, .flags = NULLABLE, .max = DESCRIPTION_MOST },
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED | ENUM_BY_VALUE, .options = types },
	{ "oidcClientMetadata", .type = FIELD_STRUCT, .members = oidc_members },
	{ "customClientMetadata", .type = FIELD_STRUCT, .members = custom_members },
	{ "protectedAppMetadata", .type = FIELD_STRUCT, .flags = NULLABLE, .members = protected_members,
	  .help = "Of protected applications." },
	{ "customData", .type = FIELD_OBJECT },
	{ "isThirdParty", .type = FIELD_BOOL },
	{ "createdAt", .type = FIELD_TIME, .flags = IGNORED },
	FIELDS_END
};

static const struct field types_element = { .type = FIELD_ENUM, .options = types };
static const char *const booleans[] = { "true", "false", NULL };

static const struct field list_query[] = {
	SEARCH_PARAMETERS,
	{ "types", .type = FIELD_LIST, .flags = UNION | COERCE_LIST, .element = &types_element,
	  .help = "May be repeated." },
	{ "isThirdParty", .type = FIELD_ENUM, .flags = UNION, .options = booleans },
	{ "excludeRoleId", .type = FIELD_TEXT, .help = "Leave out those that hold this role." },
	{ "excludeOrganizationId", .type = FIELD_TEXT, .help = "Leave out those in this organization." },
	FIELDS_END
};

static const struct field secret_member[] = {
	{ "secret", .type = FIELD_TEXT,
	  .help = "Only of applications that still have their one secret of old times." },
	FIELDS_END
};

static const struct field one_members[] = {
	{ "secret", .type = FIELD_TEXT,
	  .help = "Only of applications that still have their one secret of old times." },
	{ "isAdmin", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape plain = { .of = &application, .fields = secret_member };
static const struct shape one = { .of = &application, .fields = one_members };
static const struct shape list = { .of = &application, .fields = secret_member, .list = true };

/* Nothing publishes applications that this server would protect. */
static err_t refuse_protected(struct request *rq)
{
	(void)rq;
	return ERR_APP_PROTECTED_OFF;
}

const struct route application_routes[] = {
	{ GET, "/api/systems/application", MANAGEMENT, READ, .handler = refuse_protected, .status = 200,
	  .refuses = 501, .summary = "Get where protected applications are published" },
	{ GET, "/api/applications", MANAGEMENT, READ, PAGES_IF_ASKED, .query = list_query,
	  .handler = list_applications, .of = &application, .status = 200, .reply = &list,
	  .summary = "List applications" },
	{ POST, "/api/applications", MANAGEMENT, WRITE, .body = create_body, .handler = create_application,
	  .of = &application, .status = 200, .reply = &plain, .refuses = 501, .summary = "Create an application" },
	{ GET, "/api/applications/{id}", MANAGEMENT, READ, .handler = get_application, .of = &application,
	  .status = 200, .reply = &one, .summary = "Get an application" },
	{ PATCH, "/api/applications/{id}", MANAGEMENT, WRITE, .body = application_fields, .body_is_patch = true,
	  .handler = patch_application, .of = &application, .status = 200, .reply = &plain,
	  .summary = "Change an application" },
	{ DELETE, "/api/applications/{id}", MANAGEMENT, WRITE, .handler = delete_application, .of = &application,
	  .status = 204, .summary = "Delete an application" },
	{ PATCH, "/api/applications/{applicationId}/custom-data", MANAGEMENT, WRITE, .body_is_free = true,
	  .handler = patch_custom_data, .of = &application, .status = 200, .reply = &any_object,
	  .summary = "Add to the custom data of an application" },
};
const size_t application_route_count = ARRAY_LEN(application_routes);
