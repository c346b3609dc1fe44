/* The verbs of tenants: create, list, delete. */
#include "cli/cli.h"

#include "tenant/tenant.h"

#include "base/banned.h"

GLOBAL_STATEMENT(all_tenants, "SELECT id, host, name, created_at FROM tenants WHERE deleted_at IS NULL ORDER BY id");
COLUMNS(all_tenants, id, host, name, created_at);

static void print_tenant(struct json_out *j, const struct tenant *t)
{
	json_open(j);
	json_key_text(j, "id", t->id);
	json_key_text(j, "endpoint", t->endpoint);
	json_key_text(j, "issuer", t->issuer);
	json_key_text(j, "resource", t->indicator);
	json_close(j);
}

/* Makes the reason why an id or a host was refused the sentence for the user. Returns the error. */
static err_t explain(struct invocation *v, err_t e)
{
	const struct fault *fault = err_fault();

	return e == ERR_REQUEST_INPUT && fault->arg_count ?
		       err_set(ERR_INPUT, "%s", arena_copy(v->arena, fault->args[0].value)) :
		       e;
}

static err_t make_key(struct invocation *v)
{
	return tenant_key(&v->key);
}

static err_t create(struct invocation *v)
{
	const struct tenant *made;
	const char *host, *name = option(v, "name");
	struct json_out j;
	err_t e = option_required(v, "host", &host);

	if (!e)
		e = tenant_create(v->tx, v->word, host, name ? name : v->word, v->key);
	if (!e)
		e = tenant_find(v->tx, v->arena, v->word, &made);
	if (e)
		return e == ERR_UNIQUE ? err_set(e, "the id %s or the host %s is taken", v->word, host) :
					 explain(v, e);
	json_out_init(&j, &v->out);
	print_tenant(&j, made);
	buffer_char(&v->out, '\n');
	return OK;
}

static err_t list(struct invocation *v)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct json_out j;
	err_t e = store_query(v->tx, &all_tenants, NO_ARGS, &rows);

	json_out_init(&j, &v->out);
	json_list(&j);
	while (!e && rows_next(&rows)) {
		json_open(&j);
		json_key_text(&j, "id", rows_text(&rows, all_tenants_id));
		json_key_text(&j, "host", rows_text(&rows, all_tenants_host));
		json_key_text(&j, "name", rows_text(&rows, all_tenants_name));
		json_key_int(&j, "createdAt", rows_int(&rows, all_tenants_created_at));
		json_close(&j);
	}
	json_list_end(&j);
	buffer_char(&v->out, '\n');
	return e ? e : rows_end(&rows);
}

/*
 * Deletes one slice and runs again while there is more. A running server deletes, too, and may remove the last slice,
 * so a tenant that is gone after the first slice is not an error.
 */
static err_t remove_tenant(struct invocation *v)
{
	bool begun = v->again;
	err_t e;

	v->again = false;
	e = tenant_delete(v->tx, v->word, &v->again);
	if (begun && e == ERR_NOT_FOUND)
		return OK;
	if (e == ERR_CHECK)
		return err_set(e, "the tenant %s belongs to the installation", v->word);
	return e == ERR_NOT_FOUND ? err_set(e, "there is no tenant %s", v->word) : e;
}

static const struct option_row create_options[] = {
	{ "host", "NAME", "Host (and port) by which requests choose it" },
	{ "name", "TEXT", "Name; default: the id" },
	{ .name = NULL }
};

const struct verb tenant_verbs[] = {
	{ "tenant", "create", "ID", create_options, .work = make_key, .run = create,
	  .help = "Make an isolated tenant, with an issuer, keys and data of its own" },
	{ "tenant", "list", .run = list, .help = "List the tenants" },
	{ "tenant", "delete", "ID", .run = remove_tenant, .help = "Delete a tenant and everything in it" },
};
const size_t tenant_verb_count = ARRAY_LEN(tenant_verbs);
