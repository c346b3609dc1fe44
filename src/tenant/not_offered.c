/*
 * What an installation of its own does not offer: domains of tenants, applications that are known by their address,
 * scripts for claims. The answers are those of an installation where none of it was set up (sign-in.md sections 12.6
 * and 12.8).
 */
#include "tenant/experience.h"

#include <string.h>

#include "entity/shape.h"
#include "tenant/doors.h"

#include "base/banned.h"

static err_t empty_list(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_list(&j);
	json_list_end(&j);
	return OK;
}

/* -- domains -- */

static err_t no_domains(struct request *rq)
{
	(void)rq;
	return ERR_DOMAINS_OFF;
}

static err_t no_such_domain(struct request *rq)
{
	err_arg(ERR_NOT_EXISTS_WITH_ID, "table", "domains");
	return err_arg(ERR_NOT_EXISTS_WITH_ID, "id", path_arg(rq, "id"));
}

/* -- applications known by their address -- */

static const struct field cimd_fields[] = {
	{ "enabled", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false",
	  .help = "Whether applications may be known by the address of their description; true is refused." },
	FIELDS_END
};

static err_t judge_cimd(struct txn *tx, struct arena *a, const json_t *now, json_t *sent)
{
	(void)tx, (void)a, (void)now;
	return json_is_true(json_object_get(sent, "enabled")) ? ERR_FEATURE : OK;
}

SETTING(cimd) = { .name = "cimd", .fields = cimd_fields, .judge = judge_cimd };

/* -- scripts -- */

static const struct {
	const char *path, *key;
} kinds[] = { { "access-token", "jwt.accessToken" }, { "client-credentials", "jwt.clientCredentials" } };

/* The name under which the script of the path would be kept; NULL: there is no such kind. */
static const char *script_key(const struct request *rq)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(path_arg(rq, "tokenTypePath"), kinds[i].path))
			return kinds[i].key;
	return NULL;
}

/* ERR_INPUT where there is no such kind, or else `e`. */
static err_t answer_kind(struct request *rq, err_t e)
{
	return script_key(rq) ? e :
				input_issue(rq->arena, "params", "tokenTypePath", "invalid_enum_value",
					    "Is access-token or client-credentials");
}

static err_t no_script(struct request *rq)
{
	err_arg(ERR_NOT_EXISTS_WITH_ID, "table", "logto_config");
	return answer_kind(rq, err_arg(ERR_NOT_EXISTS_WITH_ID, "id", script_key(rq) ? script_key(rq) : ""));
}

static err_t no_script_to_delete(struct request *rq)
{
	return answer_kind(rq, ERR_NOT_FOUND);
}

static err_t refuse_script(struct request *rq)
{
	return answer_kind(rq, ERR_FEATURE);
}

/* -- routes -- */

static const struct field domain_body[] = {
	{ "domain", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	FIELDS_END
};
static const struct field cleanup_body[] = {
	{ "staleDays", .type = FIELD_INTEGER, .flags = REQUIRED | WHOLE, .min = 1, .max = 36500 },
	FIELDS_END
};
static const struct field script_body[] = {
	{ "script", .type = FIELD_TEXT, .flags = REQUIRED, .max = 65536 },
	FIELDS_END
};

static const struct shape any_list = { .list = true };
static const struct shape cimd_shape = { .fields = cimd_fields };

#define DOMAINS "/api/domains"
#define SCRIPTS "/api/configs/jwt-customizer"

const struct route not_offered_routes[] = {
	{ GET, DOMAINS, MANAGEMENT, READ, .handler = empty_list, .status = 200, .reply = &any_list,
	  .summary = "List the domains of the tenant" },
	{ POST, DOMAINS, MANAGEMENT, READ, .body = domain_body, .handler = no_domains, .status = 201, .refuses = 400,
	  .reply = &any_object, .summary = "Add a domain, where there is a provider of them" },
	{ POST, DOMAINS "/cleanup", MANAGEMENT, READ, .body = cleanup_body, .handler = no_domains, .status = 200,
	  .refuses = 400, .reply = &any_object, .operation = "CleanUpDomains",
	  .summary = "Forget domains that were never used, where there is a provider of them" },
	{ GET, DOMAINS "/{id}", MANAGEMENT, READ, .handler = no_such_domain, .status = 200, .reply = &any_object,
	  .summary = "Get a domain" },
	{ DELETE, DOMAINS "/{id}", MANAGEMENT, READ, .handler = no_domains, .status = 204, .refuses = 400,
	  .summary = "Delete a domain, where there is a provider of them" },
	{ GET, "/api/configs/cimd", MANAGEMENT, READ, .handler = setting_get_handler, .of = &cimd, .status = 200,
	  .reply = &cimd_shape, .operation = "GetCimdConfig",
	  .summary = "Get whether applications may be known by an address" },
	{ PATCH, "/api/configs/cimd", MANAGEMENT, WRITE, .body = cimd_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &cimd, .status = 200, .refuses = 422, .reply = &cimd_shape,
	  .operation = "UpdateCimdConfig", .summary = "Set whether applications may be known by an address" },
	{ GET, SCRIPTS, MANAGEMENT, READ, .handler = empty_list, .status = 200, .reply = &any_list,
	  .operation = "ListJwtCustomizers", .summary = "List the scripts for claims" },
	{ GET, SCRIPTS "/{tokenTypePath}", MANAGEMENT, READ, .handler = no_script, .status = 200,
	  .reply = &any_object, .operation = "GetJwtCustomizer", .summary = "Get the script for a kind of token" },
	{ PUT, SCRIPTS "/{tokenTypePath}", MANAGEMENT, READ, .body = script_body,
	  .handler = refuse_script, .status = 200, .refuses = 422, .reply = &any_object,
	  .operation = "UpsertJwtCustomizer", .summary = "Set the script for a kind of token; refused" },
	{ PATCH, SCRIPTS "/{tokenTypePath}", MANAGEMENT, READ, .body = script_body,
	  .handler = no_script, .status = 200, .reply = &any_object, .operation = "UpdateJwtCustomizer",
	  .summary = "Change the script for a kind of token" },
	{ DELETE, SCRIPTS "/{tokenTypePath}", MANAGEMENT, READ, .handler = no_script_to_delete,
	  .status = 204, .operation = "DeleteJwtCustomizer", .summary = "Delete the script for a kind of token" },
};
const size_t not_offered_route_count = ARRAY_LEN(not_offered_routes);
