/*
 * Personal access tokens of users: found by their hash, shown in clear to callers of the Management API.
 * Contract: users-apps-resources.md section 2.5.
 */
#include "directory/personal_tokens.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "directory/directory.h"
#include "directory/expires_at.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define VALUE_PREFIX "pat_"
#define VALUE_LEN (sizeof(VALUE_PREFIX) - 1 + SECRET_LEN)

#define TOKEN_COLUMNS "name, value_sealed, created_at, expires_at"

STATEMENT(insert_personal_token,
	  "INSERT INTO personal_access_tokens (tenant_id, user_id, name, hash, value_sealed, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(list_personal_tokens, "SELECT " TOKEN_COLUMNS " FROM personal_access_tokens"
	  " WHERE tenant_id = $1 AND user_id = $2 ORDER BY name");
STATEMENT(find_personal_token, "SELECT " TOKEN_COLUMNS " FROM personal_access_tokens"
	  " WHERE tenant_id = $1 AND user_id = $2 AND name = $3");
COLUMN_LIST(personal_token, name, value_sealed, created_at, expires_at);
COLUMNS_OF(list_personal_tokens, personal_token);
COLUMNS_OF(find_personal_token, personal_token);
STATEMENT(rename_personal_token,
	  "UPDATE personal_access_tokens SET name = $2 WHERE tenant_id = $1 AND user_id = $3 AND name = $4");
STATEMENT(delete_personal_token,
	  "DELETE FROM personal_access_tokens WHERE tenant_id = $1 AND user_id = $2 AND name = $3");
STATEMENT(find_personal_token_hash,
	  "SELECT user_id, name FROM personal_access_tokens WHERE tenant_id = $1 AND hash = $2"
	  " AND (expires_at IS NULL OR expires_at > $3)");
COLUMNS(find_personal_token_hash, user_id, name);

/* -- for the token exchange -- */

err_t personal_token_find(struct txn *tx, struct arena *a, const char *value, struct personal_token *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, &find_personal_token_hash, ARGS(T(digest_of(a, value)), N(clock_ms())), &row);

	if (e)
		return e;
	*out = (struct personal_token){
		.user_id = arena_copy(a, rows_text(&row, find_personal_token_hash_user_id)),
		.name = arena_copy(a, rows_text(&row, find_personal_token_hash_name)),
	};
	return rows_end(&row);
}

/* -- answers -- */

static err_t print_value(struct json_out *j, struct request *rq, struct rows *row, const char *user_id)
{
	CLEANUP(secret_done) struct secret plain = {0};
	size_t len;
	const void *sealed = rows_blob(row, personal_token_value_sealed, &len, rq->arena);
	err_t e = seal_unwrap(context.seal, SEAL_PERSONAL_TOKEN, txn_tenant(rq->tx), user_id, sealed, len, &plain);

	if (e)
		return e;
	json_key(j, "value");
	json_textn(j, (const char *)plain.bytes, plain.len);
	return OK;
}

static err_t print_token(struct json_out *j, struct request *rq, struct rows *row, const char *user_id)
{
	err_t e;

	json_open(j);
	json_key_text(j, "tenantId", txn_tenant(rq->tx));
	json_key_text(j, "userId", user_id);
	json_key_text(j, "name", rows_text(row, personal_token_name));
	e = print_value(j, rq, row, user_id);
	json_key_int(j, "createdAt", rows_int(row, personal_token_created_at));
	expires_at_print(j, row, personal_token_expires_at);
	json_close(j);
	return e;
}

static err_t reply_token(struct request *rq, int status, const char *user_id, const char *name)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_personal_token, ARGS(T(user_id), T(name)), &row);
	struct json_out j;

	if (e)
		return e == ERR_NOT_FOUND ? ERR_CREATE_FAILED : e;
	j = reply_json(rq, status);
	e = print_token(&j, rq, &row, user_id);
	return e ? e : rows_end(&row);
}

/* -- endpoints -- */

static err_t list_tokens(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *user_id = path_arg(rq, "userId");
	struct json_out j;
	err_t e = entity_require(rq->tx, &user, user_id);

	if (!e)
		e = store_query(rq->tx, &list_personal_tokens, ARGS(T(user_id)), &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (!e && rows_next(&rows))
		e = print_token(&j, rq, &rows, user_id);
	json_list_end(&j);
	return e ? e : rows_end(&rows);
}

/* Stores a new random value, by its hash and sealed. ERR_REFERENCE: no such user; ERR_PERSONAL_TOKEN_NAME. */
static err_t insert_token(struct request *rq, const char *user_id, const char *name, int64_t expires_at)
{
	char *value = arena_copy(rq->arena, VALUE_PREFIX "00000000000000000000000000000000");
	struct slice sealed;
	err_t e;

	id_new(value + strlen(VALUE_PREFIX), SECRET_LEN, ALPHABET_ALNUM);
	e = seal_wrap(context.seal, rq->arena, SEAL_PERSONAL_TOKEN, txn_tenant(rq->tx), user_id, value, VALUE_LEN,
		      &sealed);
	if (!e)
		e = store_exec(rq->tx, &insert_personal_token,
			       ARGS(T(user_id), T(name), T(digest_of(rq->arena, value)), BLOB(sealed.at, sealed.len),
				    N(clock_ms()), expires_at_arg(expires_at)),
			       NULL);
	return e == ERR_UNIQUE ? ERR_PERSONAL_TOKEN_NAME : e;
}

static err_t create_token(struct request *rq)
{
	const char *user_id = path_arg(rq, "userId"), *name = body_text(rq, "name");
	int64_t expires_at;
	err_t e = expires_at_read(rq, &expires_at);

	if (!e)
		e = insert_token(rq, user_id, name, expires_at);
	return e ? e : reply_token(rq, 201, user_id, name);
}

static err_t token_miss_error(err_t miss, const char *name)
{
	err_set(miss, "personal access token '%.64s'", name);
	return err_arg(miss, "entity", "personal_access_token");
}

static err_t rename_token(struct request *rq, const char *name)
{
	const char *user_id = path_arg(rq, "userId"), *renamed = body_text(rq, "name");
	int64_t changed;
	err_t e = store_exec(rq->tx, &rename_personal_token, ARGS(T(renamed), T(user_id), T(name)), &changed);

	if (e)
		return e == ERR_UNIQUE ? ERR_PERSONAL_TOKEN_NAME : e;
	if (changed == 0)
		return token_miss_error(ERR_NOT_EXISTS, name);
	return reply_token(rq, 200, user_id, renamed);
}

static err_t rename_by_path(struct request *rq)
{
	return rename_token(rq, path_arg(rq, "name"));
}

static err_t rename_by_body(struct request *rq)
{
	const char *current = body_text(rq, "currentName");

	return rename_token(rq, current ? current : body_text(rq, "name"));
}

static err_t delete_token(struct request *rq, const char *name)
{
	int64_t gone;
	err_t e = store_exec(rq->tx, &delete_personal_token, ARGS(T(path_arg(rq, "userId")), T(name)), &gone);

	if (e)
		return e;
	return gone == 0 ? token_miss_error(ERR_NOT_FOUND, name) : reply_empty(rq, 204);
}

static err_t delete_by_path(struct request *rq)
{
	return delete_token(rq, path_arg(rq, "name"));
}

static err_t delete_by_body(struct request *rq)
{
	return delete_token(rq, body_text(rq, "name"));
}

/* -- routes; the forms that name a token in the body are for names that are awkward in a path -- */

static const struct field create_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256, .help = "Unique for the user." },
	{ "expiresAt", .type = FIELD_TIME, .flags = NULLABLE,
	  .help = "Epoch milliseconds; never when absent or null." },
	FIELDS_END
};

static const struct field name_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	FIELDS_END
};

static const struct field rename_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	{ "currentName", .type = FIELD_TEXT, .max = 256, .help = "Which one; when absent, the one of `name`." },
	FIELDS_END
};

static const struct field token_members[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = REQUIRED }, { "userId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED }, { "value", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED | NULLABLE },
	FIELDS_END
};

static const struct shape one = { .fields = token_members };
static const struct shape list = { .fields = token_members, .list = true };

#define BASE "/api/users/{userId}/personal-access-tokens"

const struct route personal_token_routes[] = {
	{ GET, BASE, MANAGEMENT, SCAN, .handler = list_tokens, .of = &user, .status = 200, .reply = &list,
	  .summary = "List the personal access tokens of a user" },
	{ POST, BASE, MANAGEMENT, WRITE, .body = create_body, .handler = create_token, .of = &user, .status = 201,
	  .reply = &one, .summary = "Create a personal access token of a user" },
	{ PATCH, BASE, MANAGEMENT, WRITE, .body = rename_body, .handler = rename_by_body, .of = &user, .status = 200,
	  .reply = &one, .operation = "UpdatePersonalAccessTokenName",
	  .summary = "Rename a personal access token that the body names" },
	{ POST, BASE "/delete", MANAGEMENT, WRITE, .body = name_body, .handler = delete_by_body, .of = &user,
	  .status = 204, .operation = "DeletePersonalAccessTokenPost",
	  .summary = "Delete a personal access token that the body names" },
	{ DELETE, BASE "/{name}", MANAGEMENT, WRITE, .handler = delete_by_path, .of = &user, .status = 204,
	  .summary = "Delete a personal access token of a user" },
	{ PATCH, BASE "/{name}", MANAGEMENT, WRITE, .body = name_body, .handler = rename_by_path, .of = &user,
	  .status = 200, .reply = &one, .summary = "Rename a personal access token of a user" },
};
const size_t personal_token_route_count = ARRAY_LEN(personal_token_routes);
