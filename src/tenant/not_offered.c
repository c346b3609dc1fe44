/*
 * What an installation of its own does not offer: domains of tenants, keeping tokens of identity providers,
 * applications that are known by their address, scripts for claims and sign-ins. The answers are those of an
 * installation where none of it was set up (sign-in.md sections 12.6 and 12.8).
 */
#include "tenant/experience.h"

#include <string.h>

#include "base/text.h"
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

enum { FILE_TEXT, FILE_JSON };
static const char *const file_types[] = { "text/plain", "application/json", NULL };

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

/* A file by which a domain is proven lies at the top, with an ending, or below /.well-known/. */
static bool is_file_path(const json_t *value)
{
	static const char known[] = "/.well-known/";
	const char *path = json_string_value(value), *name;
	bool below = text_has_prefix(path, known);
	size_t len;

	if (*path != '/')
		return false;
	name = path + (below ? strlen(known) : 1);
	len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");
	if (len == 0 || name[len] || strstr(name, "..") || strstr(name, "//"))
		return false;
	return below || (!strchr(name, '/') && strchr(name, '.') && name[len - 1] != '.');
}

static bool content_fits(struct request *rq, const json_t *file)
{
	const char *content = json_string_value(json_object_get(file, "content"));
	const char *type = json_string_value(json_object_get(file, "contentType"));
	json_auto_t *tree = NULL;
	json_error_t error;

	return strcmp(type, file_types[FILE_JSON]) != 0 ||
	       json_parse(content, strlen(content), JSON_DECODE_ANY, &rq->charge, &tree, &error) == OK;
}

static err_t no_such_domain_for_files(struct request *rq)
{
	json_auto_t *paths = json_object();
	const json_t *files = json_object_get(rq->body, "verificationFiles"), *file;
	size_t i;

	json_array_foreach(files, i, file) {
		if (!content_fits(rq, file))
			return input_issue(rq->arena, "body", "verificationFiles", "custom",
					   "Content that is not JSON");
		json_object_set_new(paths, json_string_value(json_object_get(file, "path")), json_true());
	}
	if (json_object_size(paths) < json_array_size(files))
		return input_issue(rq->arena, "body", "verificationFiles", "custom", "A path that is there twice");
	return no_such_domain(rq);
}

/* -- tokens of providers -- */

static err_t no_such_secret(struct request *rq)
{
	(void)rq;
	return ERR_NOT_FOUND;
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

/* A family of scripts: the parameter of the path that tells which, and the names under which they would be kept. */
struct scripts {
	const char *param, *fault;
	struct { const char *path, *key; } kinds[2];
};

static const struct scripts for_claims = {
	"tokenTypePath", "Is access-token or client-credentials",
	{ { "access-token", "jwt.accessToken" }, { "client-credentials", "jwt.clientCredentials" } },
};
static const struct scripts for_sign_ins = {
	"actionType", "Is action.postFirstFactorVerification or action.postSignIn",
	{ { "action.postFirstFactorVerification", "action.postFirstFactorVerification" },
	  { "action.postSignIn", "action.postSignIn" } },
};

/* The name under which the script of the path would be kept; NULL: there is no such kind. */
static const char *script_key(const struct request *rq)
{
	const struct scripts *s = rq->route->of;

	for (size_t i = 0; i < ARRAY_LEN(s->kinds); i++)
		if (!strcmp(path_arg(rq, s->param), s->kinds[i].path))
			return s->kinds[i].key;
	return NULL;
}

/* ERR_INPUT where there is no such kind, or else `e`. */
static err_t answer_kind(struct request *rq, err_t e)
{
	const struct scripts *s = rq->route->of;

	return script_key(rq) ? e : input_issue(rq->arena, "params", s->param, "invalid_enum_value", s->fault);
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

static err_t refuse_trial(struct request *rq)
{
	(void)rq;
	return ERR_FEATURE;
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
static const struct field file_members[] = {
	{ "path", .type = FIELD_TEXT, .flags = REQUIRED, .max = 256, .check = is_file_path },
	{ "content", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 16384 },
	{ "contentType", .type = FIELD_ENUM, .flags = REQUIRED, .options = file_types },
	FIELDS_END
};
static const struct field file = { .type = FIELD_STRUCT, .members = file_members };
static const struct field files_body[] = {
	{ "verificationFiles", .type = FIELD_LIST, .flags = REQUIRED, .max = 10, .element = &file },
	FIELDS_END
};

#define SCRIPT { "script", .type = FIELD_TEXT, .flags = REQUIRED, .max = 65536 }

static const struct field script_body[] = { SCRIPT, FIELDS_END };
static const char *const token_types[] = { "AccessToken", "ClientCredentials", NULL };
static const struct field claims_trial_body[] = {
	{ "tokenType", .type = FIELD_ENUM, .flags = REQUIRED, .options = token_types },
	SCRIPT,
	{ "token", .type = FIELD_OBJECT, .flags = REQUIRED },
	{ "context", .type = FIELD_OBJECT, .flags = REQUIRED },
	FIELDS_END
};
static const char *const action_types[] = { "action.postFirstFactorVerification", "action.postSignIn", NULL };
static const struct field sign_ins_trial_body[] = {
	{ "actionType", .type = FIELD_ENUM, .flags = REQUIRED, .options = action_types },
	SCRIPT,
	{ "event", .type = FIELD_OBJECT, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape any_list = { .list = true };
static const struct shape cimd_shape = { .fields = cimd_fields };

#define DOMAINS "/api/domains"
#define CLAIM_SCRIPTS "/api/configs/jwt-customizer"
#define SIGN_IN_SCRIPTS "/api/configs/actions"

/* Those of a family; `param` is the one in its paths, `one` and `all` are for operation ids. */
#define SCRIPT_ROUTES(at, param, family, one, all, what, patch) \
	{ GET, at, MANAGEMENT, READ, .handler = empty_list, .status = 200, .reply = &any_list, \
	  .operation = "List" all, .summary = "List the scripts " what }, \
	{ POST, at "/test", MANAGEMENT, READ, .body = family##_trial_body, .handler = refuse_trial, .status = 200, \
	  .refuses = 422, .reply = &any_object, .operation = "Test" one, \
	  .summary = "Try a script " what "; refused" }, \
	{ GET, at param, MANAGEMENT, READ, .handler = no_script, .of = &for_##family, .status = 200, \
	  .reply = &any_object, .operation = "Get" one, .summary = "Get a script " what }, \
	{ PUT, at param, MANAGEMENT, READ, .body = script_body, .handler = refuse_script, .of = &for_##family, \
	  .status = 200, .refuses = 422, .reply = &any_object, .operation = "Upsert" one, \
	  .summary = "Set a script " what "; refused" }, \
	{ PATCH, at param, MANAGEMENT, READ, .body = script_body, .body_is_patch = (patch), .handler = no_script, \
	  .of = &for_##family, .status = 200, .reply = &any_object, .operation = "Update" one, \
	  .summary = "Change a script " what }, \
	{ DELETE, at param, MANAGEMENT, READ, .handler = no_script_to_delete, .of = &for_##family, .status = 204, \
	  .operation = "Delete" one, .summary = "Delete a script " what }

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
	{ GET, DOMAINS "/{id}/verification-files", MANAGEMENT, READ, .handler = no_such_domain, .status = 200,
	  .reply = &any_list, .operation = "ListDomainVerificationFiles",
	  .summary = "List the files by which a domain is proven" },
	{ PUT, DOMAINS "/{id}/verification-files", MANAGEMENT, READ, .body = files_body,
	  .handler = no_such_domain_for_files, .status = 200, .reply = &any_list,
	  .operation = "ReplaceDomainVerificationFiles", .summary = "Replace the files by which a domain is proven" },
	{ DELETE, "/api/secrets/{id}", MANAGEMENT, READ, .handler = no_such_secret, .status = 204,
	  .summary = "Delete a token of a provider that was kept" },
	{ GET, "/api/configs/cimd", MANAGEMENT, READ, .handler = setting_get_handler, .of = &cimd, .status = 200,
	  .reply = &cimd_shape, .operation = "GetCimdConfig",
	  .summary = "Get whether applications may be known by an address" },
	{ PATCH, "/api/configs/cimd", MANAGEMENT, WRITE, .body = cimd_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &cimd, .status = 200, .refuses = 422, .reply = &cimd_shape,
	  .operation = "UpdateCimdConfig", .summary = "Set whether applications may be known by an address" },
	SCRIPT_ROUTES(CLAIM_SCRIPTS, "/{tokenTypePath}", claims, "JwtCustomizer", "JwtCustomizers", "for claims",
		      false),
	SCRIPT_ROUTES(SIGN_IN_SCRIPTS, "/{actionType}", sign_ins, "Action", "Actions", "for sign-ins", true),
};
const size_t not_offered_route_count = ARRAY_LEN(not_offered_routes);
