/* The verbs of applications: create, list. They call the Management API inside the process. */
#include "cli/cli.h"

#include <string.h>

#include "server/local.h"
#include "server/routes.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/*
 * Finds the role that permits calls of the Management API by its name, as clients do; in the admin tenant the proxy
 * role m-admin, by its id (users-apps-resources.md section 6).
 */
#define ACCESS_ROLE \
	"/api/roles?type=MachineToMachine&mode=exact&search.name=Logto+Management+API+access&search.id=m-admin"

/* Calls the Management API of the verb's tenant, in the verb's transaction. */
static err_t call(struct invocation *v, enum method method, const char *path, const json_t *body, json_t **answer)
{
	const struct tenant *tenant;
	err_t e = tenant_find(v->tx, v->arena, txn_tenant(v->tx), &tenant);

	return e ? e : local_call(v->tx, v->arena, tenant, method, path, body, answer);
}

/*
 * Gives the application the role that permits calls of the Management API. ERR_NOT_FOUND: the tenant has no such
 * role.
 */
static err_t give_access(struct invocation *v, const char *id)
{
	json_t *roles = NULL, *body;
	const char *role_id;
	err_t e = call(v, GET, ACCESS_ROLE, NULL, &roles);

	if (e)
		return e;
	role_id = json_string_value(json_object_get(json_array_get(roles, 0), "id"));
	if (!role_id) {
		json_decref(roles);
		return err_set(
			ERR_NOT_FOUND,
			"the tenant has lost the role for its Management API; give the application one of your own");
	}
	body = json_pack("{s:[s]}", "roleIds", role_id);
	e = call(v, POST, arena_printf(v->arena, "/api/applications/%s/roles", id), body, NULL);
	json_decref(body);
	json_decref(roles);
	return e;
}

/* Prints what a client needs to start with. */
static err_t print_app(struct invocation *v, const char *id)
{
	const struct tenant *tenant;
	json_t *secrets = NULL;
	struct json_out j;
	err_t e = tenant_find(v->tx, v->arena, txn_tenant(v->tx), &tenant);

	if (!e)
		e = call(v, GET, arena_printf(v->arena, "/api/applications/%s/secrets", id), NULL, &secrets);
	if (e)
		return e;
	json_out_init(&j, &v->out);
	json_open(&j);
	json_key_text(&j, "id", id);
	if (json_array_size(secrets) > 0)
		json_key_text(&j, "secret", json_string_value(json_object_get(json_array_get(secrets, 0), "value")));
	json_key_text(&j, "endpoint", tenant->endpoint);
	json_key_text(&j, "resource", tenant->indicator);
	json_close(&j);
	buffer_char(&v->out, '\n');
	json_decref(secrets);
	return OK;
}

static err_t create(struct invocation *v)
{
	const char *name, *type = option(v, "type"), *id;
	json_t *body, *made = NULL;
	err_t e = option_required(v, "name", &name);

	if (!e)
		e = routes_start();
	if (e)
		return e;
	body = json_pack("{s:s, s:s}", "name", name, "type", type ? type : "MachineToMachine");
	if (!body)
		return err_set(ERR_INPUT, "the name is not UTF-8 text");
	e = call(v, POST, "/api/applications", body, &made);
	json_decref(body);
	if (e)
		return e;
	id = arena_copy(v->arena, json_string_value(json_object_get(made, "id")));
	json_decref(made);
	if (option(v, "management-api"))
		e = give_access(v, id);
	return e ? e : print_app(v, id);
}

static err_t list(struct invocation *v)
{
	json_t *apps = NULL;
	struct json_out j;
	err_t e = routes_start();

	if (!e)
		e = call(v, GET, "/api/applications", NULL, &apps);
	if (e)
		return e;
	json_out_init(&j, &v->out);
	json_value(&j, apps);
	buffer_char(&v->out, '\n');
	json_decref(apps);
	return OK;
}

static const struct option_row create_options[] = {
	{ "name", "TEXT", "Name of the application" },
	{ "type", "TYPE", "MachineToMachine (default), Traditional, SPA or Native" },
	{ "management-api", NULL, "Let it call the Management API of its tenant" },
	{ .name = NULL }
};

const struct verb app_verbs[] = {
	{ "app", "create", .options = create_options, .tenant = true, .run = create,
	  .help = "Make an application; print its id and secret, and the endpoint and resource to ask for tokens" },
	{ "app", "list", .tenant = true, .run = list, .help = "List the applications of a tenant" },
};
const size_t app_verb_count = ARRAY_LEN(app_verbs);
