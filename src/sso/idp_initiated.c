/* What happens when an identity provider begins the sign-in. Contract: jit-and-sso.md section 3.7. */
#include "sso/idp_initiated.h"

#include <string.h>

#include "base/clock.h"
#include "directory/directory.h"
#include "entity/entity.h"
#include "entity/tree.h"
#include "http/request.h"
#include "sso/saml_connector.h"
#include "sso/signing_key.h"
#include "store/store.h"
#include "tenant/doors.h"

#include "base/banned.h"

STATEMENT(
	idp_initiated_find,
	"SELECT auto_send, application_id, redirect_uri, auth_parameters, client_callback, created_at"
	" FROM sso_idp_initiated"
	" WHERE tenant_id = $1 AND sso_connector_id = $2");
COLUMNS(idp_initiated_find, auto_send, application_id, redirect_uri, auth_parameters, client_callback, created_at);
STATEMENT(idp_initiated_put,
	  "INSERT INTO sso_idp_initiated (tenant_id, sso_connector_id, auto_send, application_id, redirect_uri,"
	  " auth_parameters, client_callback, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	  " ON CONFLICT (tenant_id, sso_connector_id) DO UPDATE SET auto_send = excluded.auto_send,"
	  " application_id = excluded.application_id, redirect_uri = excluded.redirect_uri,"
	  " auth_parameters = excluded.auth_parameters, client_callback = excluded.client_callback");
STATEMENT(idp_initiated_delete, "DELETE FROM sso_idp_initiated WHERE tenant_id = $1 AND sso_connector_id = $2");
STATEMENT(idp_initiated_application,
	  "SELECT type, is_third_party, oidc_client_metadata FROM applications WHERE tenant_id = $1 AND id = $2");
COLUMNS(idp_initiated_application, type, is_third_party, oidc_client_metadata);

/* -- for who signs in -- */

static err_t first_address(struct request *rq, const char *application_id, const char **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *metadata = NULL;
	err_t e = store_first(rq->tx, &idp_initiated_application, ARGS(T(application_id)), &row);

	if (!e)
		e = tree_of_column(rq, &row, idp_initiated_application_oidc_client_metadata, &metadata);
	if (e)
		return e;
	*out = json_string_value(json_array_get(json_object_get(metadata, "redirectUris"), 0));
	return rows_end(&row);
}

err_t idp_initiated_load(struct request *rq, const char *connector_id, struct idp_initiated *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &idp_initiated_find, ARGS(T(connector_id)), &row);

	if (e)
		return e;
	*out = (struct idp_initiated){
		.automatic = rows_int(&row, idp_initiated_find_auto_send) != 0,
		.application_id = arena_copy(rq->arena, rows_text(&row, idp_initiated_find_application_id)),
		.redirect_uri = arena_copy(rq->arena, rows_text(&row, idp_initiated_find_redirect_uri)),
		.client_callback = arena_copy(rq->arena, rows_text(&row, idp_initiated_find_client_callback)),
	};
	e = tree_of_column(rq, &row, idp_initiated_find_auth_parameters, &out->parameters);
	if (!e)
		e = rows_end(&row);
	if (!e && out->automatic && !out->redirect_uri)
		e = first_address(rq, out->application_id, &out->redirect_uri);
	return e;
}

/* -- rules -- */

static bool is_type_allowed(const char *type, bool third_party, bool automatic)
{
	if (!automatic && !strcmp(type, "SPA"))
		return true;
	return !third_party && (!strcmp(type, "Traditional") || !strcmp(type, "SAML"));
}

static bool is_registered(const json_t *metadata, const char *uri)
{
	const json_t *uris = json_object_get(metadata, "redirectUris");
	size_t i;
	json_t *one;

	json_array_foreach(uris, i, one)
		if (!strcmp(json_string_value(one), uri))
			return true;
	return false;
}

/* Whether people may be sent to the application. */
static err_t check_application(struct request *rq, bool automatic, const char *redirect_uri)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = body_text(rq, "defaultApplicationId");
	json_t *metadata = NULL;
	err_t e = store_first(rq->tx, &idp_initiated_application, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e)
		e = tree_of_column(rq, &row, idp_initiated_application_oidc_client_metadata, &metadata);
	if (e)
		return e;
	if (!is_type_allowed(rows_text(&row, idp_initiated_application_type),
			     rows_int(&row, idp_initiated_application_is_third_party) != 0, automatic))
		return ERR_SSO_IDP_APPLICATION;
	if (redirect_uri && !is_registered(metadata, redirect_uri))
		return ERR_SSO_IDP_REDIRECT;
	return rows_end(&row);
}

/* ERR_INPUT: a parameter that is no text, or no callback where the client begins. */
static err_t check_body(struct request *rq, bool automatic)
{
	const json_t *parameters = body_get(rq, "authParameters");
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)parameters, name, value)
		if (!json_is_string(value))
			return err_arg(err_set(ERR_INPUT, "authParameters.%.64s is no text", name), "part", "body");
	if (!automatic && !body_text(rq, "clientIdpInitiatedAuthCallbackUri"))
		return err_arg(err_set(ERR_INPUT, "clientIdpInitiatedAuthCallbackUri is missing"), "part", "body");
	return OK;
}

/* -- answers -- */

static err_t answer(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = path_arg(rq, "id"), *parameters;
	size_t len;
	err_t e = store_first(rq->tx, &idp_initiated_find, ARGS(T(id)), &row);
	struct json_out j;

	if (e)
		return e == ERR_NOT_FOUND ? err_arg(err_set(e, "connector '%.64s'", id), "entity", "idp_initiated") :
					    e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "tenantId", txn_tenant(rq->tx));
	json_key_text(&j, "connectorId", id);
	json_key_text(&j, "defaultApplicationId", rows_text(&row, idp_initiated_find_application_id));
	json_key_text(&j, "redirectUri", rows_text(&row, idp_initiated_find_redirect_uri));
	parameters = rows_textn(&row, idp_initiated_find_auth_parameters, &len);
	json_key(&j, "authParameters");
	json_raw(&j, parameters, len);
	json_key_bool(&j, "autoSendAuthorizationRequest", rows_int(&row, idp_initiated_find_auto_send) != 0);
	json_key_text(&j, "clientIdpInitiatedAuthCallbackUri", rows_text(&row, idp_initiated_find_client_callback));
	json_key_int(&j, "createdAt", rows_int(&row, idp_initiated_find_created_at));
	json_close(&j);
	return rows_end(&row);
}

/* -- endpoints -- */

static err_t require(struct request *rq)
{
	return saml_connector_require(rq, path_arg(rq, "id"), ERR_SSO_IDP_KIND);
}

static err_t get_settings(struct request *rq)
{
	err_t e = require(rq);

	return e ? e : answer(rq);
}

/* The record is replaced whole: what belongs to the other way is not kept. */
static err_t put_settings(struct request *rq)
{
	bool automatic = json_is_true(body_get(rq, "autoSendAuthorizationRequest"));
	const char *redirect_uri = automatic ? body_text(rq, "redirectUri") : NULL;
	const char *callback = automatic ? NULL : body_text(rq, "clientIdpInitiatedAuthCallbackUri");
	const json_t *parameters = automatic ? body_get(rq, "authParameters") : NULL;
	err_t e = check_body(rq, automatic);

	if (!e)
		e = require(rq);
	if (!e)
		e = check_application(rq, automatic, redirect_uri);
	if (!e)
		e = store_exec(rq->tx, &idp_initiated_put,
			       ARGS(T(path_arg(rq, "id")), N(automatic), T(body_text(rq, "defaultApplicationId")),
				    T(redirect_uri), T(parameters ? json_to_text(rq->arena, parameters) : "{}"),
				    T(callback), N(clock_ms())),
			       NULL);
	return e ? e : answer(rq);
}

static err_t delete_settings(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	int64_t gone = 0;
	err_t e = require(rq);

	if (!e)
		e = store_exec(rq->tx, &idp_initiated_delete, ARGS(T(id)), &gone);
	if (e)
		return e;
	if (gone == 0)
		return err_arg(err_set(ERR_NOT_FOUND, "connector '%.64s'", id), "entity", "idp_initiated");
	return reply_empty(rq, 204);
}

/* -- routes -- */

static const struct field put_body[] = {
	{ "autoSendAuthorizationRequest", .type = FIELD_BOOL, .flags = REQUIRED,
	  .help = "Whether this server sends the authorization request, or the application does." },
	{ "defaultApplicationId", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 64 },
	{ "redirectUri", .type = FIELD_TEXT, .form = FORM_REDIRECT_URI, .max = 2048,
	  .help = "One of the application's; its first one when absent. For the automatic way." },
	{ "authParameters", .type = FIELD_OBJECT, .help = "Texts, among them `scope`. For the automatic way." },
	{ "clientIdpInitiatedAuthCallbackUri", .type = FIELD_TEXT, .form = FORM_REDIRECT_URI, .max = 2048,
	  .help = "Required where the application begins." },
	FIELDS_END
};

static const struct field members[] = { { "tenantId", .type = FIELD_TEXT, .flags = REQUIRED },
					{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED },
					{ "defaultApplicationId", .type = FIELD_TEXT, .flags = REQUIRED },
					{ "redirectUri", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
					{ "authParameters", .type = FIELD_OBJECT, .flags = REQUIRED },
					{ "autoSendAuthorizationRequest", .type = FIELD_BOOL, .flags = REQUIRED },
					{ "clientIdpInitiatedAuthCallbackUri", .type = FIELD_TEXT,
					  .flags = REQUIRED | NULLABLE },
					{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
					FIELDS_END };
static const struct shape settings = { .fields = members };

#define CONFIG "/api/sso-connectors/{id}/idp-initiated-auth-config"
const struct route idp_initiated_routes[] = {
	{ PUT, CONFIG, MANAGEMENT, WRITE, .body = put_body, .handler = put_settings, .status = 200, .reply = &settings,
	  .summary = "Set what happens when an identity provider begins a sign-in" },
	{ GET, CONFIG, MANAGEMENT, READ, .handler = get_settings, .status = 200, .reply = &settings,
	  .summary = "Get what happens when an identity provider begins a sign-in" },
	{ DELETE, CONFIG, MANAGEMENT, WRITE, .handler = delete_settings, .status = 204,
	  .summary = "Refuse sign-ins that an identity provider begins" },
};
const size_t idp_initiated_route_count = ARRAY_LEN(idp_initiated_routes);
