/*
 * Secrets of applications: sealed at rest, shown in clear to callers of the Management API.
 * Contract: users-apps-resources.md section 3.5.
 */
#include "directory/application.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/seal.h"
#include "directory/expires_at.h"
#include "http/worker.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define SECRET_COLUMNS "application_id, name, value_sealed, created_at, expires_at"

STATEMENT(insert_secret,
	  "INSERT INTO application_secrets (tenant_id, application_id, name, value_sealed, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6)");
STATEMENT(list_secrets, "SELECT " SECRET_COLUMNS " FROM application_secrets"
	  " WHERE tenant_id = $1 AND application_id = $2 ORDER BY name");
STATEMENT(find_secret, "SELECT " SECRET_COLUMNS " FROM application_secrets"
	  " WHERE tenant_id = $1 AND application_id = $2 AND name = $3");
COLUMN_LIST(secret, application_id, name, value_sealed, created_at, expires_at);
COLUMNS_OF(list_secrets, secret);
COLUMNS_OF(find_secret, secret);
STATEMENT(rename_secret,
	  "UPDATE application_secrets SET name = $2 WHERE tenant_id = $1 AND application_id = $3"
	  " AND name = $4");
STATEMENT(delete_secret_row,
	  "DELETE FROM application_secrets WHERE tenant_id = $1 AND application_id = $2 AND name = $3");
STATEMENT(delete_legacy, "UPDATE applications SET legacy_secret_sealed = NULL"
	  " WHERE tenant_id = $1 AND id = $2 AND legacy_secret_sealed IS NOT NULL");

bool has_secrets(const char *type)
{
	return !strcmp(type, "MachineToMachine") || !strcmp(type, "Traditional") || !strcmp(type, "Protected");
}

/* -- values -- */

/* Opens the sealed value in the column and writes it as the member. */
static err_t print_sealed(struct json_out *j, struct request *rq, const char *member, const char *purpose,
			  struct rows *row, int column, const char *application_id)
{
	CLEANUP(secret_done) struct secret plain = {0};
	size_t len;
	const void *sealed = rows_blob(row, column, &len, rq->arena);
	err_t e = seal_unwrap(context.seal, purpose, txn_tenant(rq->tx), application_id, sealed, len, &plain);

	if (e)
		return e;
	json_key(j, member);
	json_textn(j, (const char *)plain.bytes, plain.len);
	return OK;
}

err_t application_secret_member(struct json_out *j, struct request *rq, struct rows *row, int column, const char *id)
{
	return rows_null(row, column) ? OK : print_sealed(j, rq, "secret", SEAL_LEGACY_SECRET, row, column, id);
}

/* Reads the columns of application_print_secret(), of which `column` is the first. */
static err_t print_member(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	enum { SEALED, ID };
	int sealed = column + SEALED;

	if (rows_null(row, sealed))
		return OK;
	return application_secret_member(j, rq, row, sealed, arena_copy(rq->arena, rows_text(row, column + ID)));
}

void application_print_secret(struct query *q)
{
	const char *sql = arena_printf(q->rq->arena, "%s.legacy_secret_sealed, %s.id", q->alias, q->alias);

	query_printer(q, sql, print_member);
}

static err_t print_secret(struct json_out *j, struct request *rq, struct rows *row)
{
	err_t e;

	json_open(j);
	json_key_text(j, "tenantId", txn_tenant(rq->tx));
	json_key_text(j, "applicationId", rows_text(row, secret_application_id));
	json_key_text(j, "name", rows_text(row, secret_name));
	e = print_sealed(j, rq, "value", SEAL_APPLICATION_SECRET, row, secret_value_sealed,
			 arena_copy(rq->arena, rows_text(row, secret_application_id)));
	json_key_int(j, "createdAt", rows_int(row, secret_created_at));
	expires_at_print(j, row, secret_expires_at);
	json_close(j);
	return e;
}

/* -- rules -- */

err_t secret_create(struct request *rq, const char *application_id, const char *name, int64_t expires_at)
{
	char text[SECRET_LEN + 1];
	struct slice sealed;
	err_t e;

	id_new(text, SECRET_LEN, ALPHABET_ALNUM);
	e = seal_wrap(context.seal, rq->arena, SEAL_APPLICATION_SECRET, txn_tenant(rq->tx), application_id, text,
		      SECRET_LEN, &sealed);
	explicit_bzero(text, sizeof(text));
	if (e)
		return e;
	e = store_exec(rq->tx, &insert_secret,
		       ARGS(T(application_id), T(name), BLOB(sealed.at, sealed.len), N(clock_ms()),
			    expires_at_arg(expires_at)),
		       NULL);
	if (e)
		return e == ERR_UNIQUE ? ERR_APP_SECRET_NAME : e;
	store_note_change(rq->tx, CHANGE_APPLICATIONS);
	return OK;
}

static err_t reply_secret(struct request *rq, int status, const char *application_id, const char *name)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_secret, ARGS(T(application_id), T(name)), &row);
	struct json_out j;

	if (e)
		return e == ERR_NOT_FOUND ? ERR_CREATE_FAILED : e;
	j = reply_json(rq, status);
	e = print_secret(&j, rq, &row);
	return e ? e : rows_end(&row);
}

static err_t secret_miss_error(err_t miss, const char *name)
{
	err_set(miss, "secret '%.64s'", name);
	return err_arg(miss, "entity", "application_secret");
}

/* -- endpoints -- */

static err_t list_of_application(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *id = path_arg(rq, "id");
	struct json_out j;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = store_query(rq->tx, &list_secrets, ARGS(T(id)), &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (!e && rows_next(&rows))
		e = print_secret(&j, rq, &rows);
	json_list_end(&j);
	return e ? e : rows_end(&rows);
}

static err_t create_secret(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *name = body_text(rq, "name"), *type;
	int64_t expires_at;
	err_t e = expires_at_read(rq, &expires_at);

	if (!e)
		e = application_type(rq, id, &type);
	if (!e && !has_secrets(type))
		e = err_set(ERR_CHECK, "applications of type %s have no secrets", type);
	if (!e)
		e = secret_create(rq, id, name, expires_at);
	return e ? e : reply_secret(rq, 201, id, name);
}

static err_t patch_secret(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *name = path_arg(rq, "name"), *renamed = body_text(rq, "name");
	int64_t changed;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = store_exec(rq->tx, &rename_secret, ARGS(T(renamed), T(id), T(name)), &changed);
	if (e)
		return e == ERR_UNIQUE ? ERR_APP_SECRET_NAME : e;
	if (changed == 0)
		return secret_miss_error(ERR_NOT_EXISTS, name);
	store_note_change(rq->tx, CHANGE_APPLICATIONS);
	return reply_secret(rq, 200, id, renamed);
}

static err_t delete_secret(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *name = path_arg(rq, "name");
	int64_t gone;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = store_exec(rq->tx, &delete_secret_row, ARGS(T(id), T(name)), &gone);
	if (e)
		return e;
	if (gone == 0)
		return secret_miss_error(ERR_NOT_FOUND, name);
	store_note_change(rq->tx, CHANGE_APPLICATIONS);
	return reply_empty(rq, 204);
}

/* Deletes the legacy secret: the one unnamed secret that older applications had. */
static err_t delete_legacy_secret(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	int64_t gone;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = store_exec(rq->tx, &delete_legacy, ARGS(T(id)), &gone);
	if (e)
		return e;
	if (gone == 0)
		return ERR_APP_NO_LEGACY_SECRET;
	store_note_change(rq->tx, CHANGE_APPLICATIONS);
	return application_reply(rq, id);
}

/* -- forgetting -- */

#define FORGET_SLICE 500

GLOBAL_STATEMENT(list_expired_secrets,
	  "SELECT tenant_id, application_id, name FROM application_secrets WHERE expires_at > 0"
	  " AND expires_at < $1 LIMIT $2");
COLUMNS(list_expired_secrets, tenant_id, application_id, name);
STATEMENT(forget_expired_secret,
	  "DELETE FROM application_secrets WHERE tenant_id = $1 AND application_id = $2 AND name = $3"
	  " AND expires_at < $4");

struct expired_secret {
	const char *tenant, *application_id, *name;
};

struct expired_secrets {
	int64_t before_ms;
	struct expired_secret at[FORGET_SLICE];
	int count;
};
FLOW(expired_secrets, struct expired_secrets)

static err_t find_expired(struct request *rq);
static const struct step find_expired_step = { "find expired client secrets", SCAN, find_expired };

/* Deletes what find_expired() found. A full slice may mean that there are more, so the search runs again. */
static err_t forget_expired(struct request *rq)
{
	const struct expired_secrets *found = expired_secrets(rq);
	err_t e = OK;

	for (int i = 0; !e && i < found->count; i++) {
		const struct expired_secret *s = &found->at[i];

		txn_set_tenant(rq->tx, s->tenant);
		e = store_exec(rq->tx, &forget_expired_secret,
			       ARGS(T(s->application_id), T(s->name), N(found->before_ms)), NULL);
		store_note_change(rq->tx, CHANGE_APPLICATIONS);
	}
	if (e || found->count < FORGET_SLICE)
		return e;
	return next(rq, &find_expired_step);
}

static const struct step forget_expired_step = { "forget expired client secrets", WRITE, forget_expired };

/* Runs on SCAN: no index leads to expired secrets, and the writer must not wait for the search. */
static err_t find_expired(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct expired_secrets *found = expired_secrets(rq);
	err_t e;

	if (context.settings->expired_secret_days == 0)
		return OK;
	found->before_ms = clock_ms() - context.settings->expired_secret_days * DAY_MS;
	found->count = 0;
	e = store_query(rq->tx, &list_expired_secrets, ARGS(N(found->before_ms), N(FORGET_SLICE)), &rows);
	while (!e && found->count < FORGET_SLICE && rows_next(&rows))
		found->at[found->count++] = (struct expired_secret){
			.tenant = arena_copy(rq->arena, rows_text(&rows, list_expired_secrets_tenant_id)),
			.application_id = arena_copy(rq->arena, rows_text(&rows, list_expired_secrets_application_id)),
			.name = arena_copy(rq->arena, rows_text(&rows, list_expired_secrets_name)),
		};
	if (!e)
		e = rows_end(&rows);
	return e || found->count == 0 ? e : next(rq, &forget_expired_step);
}

WORKER(forget_client_secrets) = {
	.name = "forget expired client secrets", .every_s = 3600, .lane = SCAN, .run = find_expired,
};

/* -- routes -- */

static const struct field create_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256,
	  .help = "Unique within the application." },
	{ "expiresAt", .type = FIELD_TIME, .flags = NULLABLE,
	  .help = "Epoch milliseconds; never when absent or null." },
	FIELDS_END
};

static const struct field rename_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	FIELDS_END
};

static const struct field secret_members[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "applicationId", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED }, { "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED | NULLABLE },
	FIELDS_END
};

static const struct shape one = { .fields = secret_members };
static const struct shape list = { .fields = secret_members, .list = true };
static const struct shape of_application = { .of = &application };

const struct route application_secret_routes[] = {
	{ GET, "/api/applications/{id}/secrets", MANAGEMENT, SCAN, .handler = list_of_application, .of = &application,
	  .status = 200, .reply = &list, .summary = "List the secrets of an application" },
	{ POST, "/api/applications/{id}/secrets", MANAGEMENT, WRITE, .body = create_body, .handler = create_secret,
	  .of = &application, .status = 201, .reply = &one, .summary = "Create a secret of an application" },
	{ DELETE, "/api/applications/{id}/secrets/{name}", MANAGEMENT, WRITE, .handler = delete_secret,
	  .of = &application, .status = 204, .summary = "Delete a secret of an application" },
	{ PATCH, "/api/applications/{id}/secrets/{name}", MANAGEMENT, WRITE, .body = rename_body,
	  .handler = patch_secret, .of = &application, .status = 200, .reply = &one,
	  .summary = "Rename a secret of an application" },
	{ DELETE, "/api/applications/{id}/legacy-secret", MANAGEMENT, WRITE, .handler = delete_legacy_secret,
	  .of = &application, .status = 200, .reply = &of_application,
	  .summary = "Delete the legacy secret of an application" },
};
const size_t application_secret_route_count = ARRAY_LEN(application_secret_routes);
