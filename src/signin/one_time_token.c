/* One-time tokens: making, listing, using and revoking them. */
#include "signin/one_time_token.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "entity/entity.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define LIFE_S 600
#define KEPT_MS (30 * DAY_MS)		/* until then one can see what became of a token */
#define EMAIL_WIDTH 128

static const char *const statuses[] = { "active", "consumed", "revoked", "expired", NULL };
static const char *const events[] = { "SignIn", "Register", "ForgotPassword", NULL };

/* The status as it is shown: who reads an active token past its time sees that it has expired. $2: now. */
#define SHOWN "CASE WHEN status = 'active' AND expires_at <= $2 THEN 'expired' ELSE status END"
#define ROW \
	"SELECT id, email, token_sealed, context, " SHOWN " AS status, created_at, expires_at FROM one_time_tokens" \
	" WHERE tenant_id = $1"
#define NEWEST " ORDER BY created_at DESC, id DESC "

STATEMENT(one_time_token_insert,
	  "INSERT INTO one_time_tokens (tenant_id, id, email, hash, token_sealed, context, status, created_at,"
	  " expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8)");
STATEMENT(one_time_token_of_id, ROW " AND id = $3");
STATEMENT(one_time_token_of_hash, ROW " AND hash = $3");
STATEMENT(one_time_token_of_hash_lock, ROW " AND hash = $3 {lock}");
STATEMENT(one_time_token_list, ROW " AND " SHOWN " = coalesce($3, " SHOWN ")" NEWEST "LIMIT $4 OFFSET $5");
STATEMENT(one_time_token_list_of_email,
	  ROW " AND " SHOWN " = coalesce($3, " SHOWN ") AND email = $4" NEWEST "LIMIT $5 OFFSET $6");
COLUMN_LIST(token, id, email, token_sealed, context, status, created_at, expires_at);
COLUMNS_OF(one_time_token_of_id, token);
COLUMNS_OF(one_time_token_of_hash, token);
COLUMNS_OF(one_time_token_of_hash_lock, token);
COLUMNS_OF(one_time_token_list, token);
COLUMNS_OF(one_time_token_list_of_email, token);
#define COUNT \
	"SELECT count(*) FROM one_time_tokens WHERE tenant_id = $1 AND " SHOWN " = coalesce($3, " SHOWN ")"
STATEMENT(one_time_token_count, COUNT);
STATEMENT(one_time_token_count_of_email, COUNT " AND email = $4");
STATEMENT(one_time_token_set, "UPDATE one_time_tokens SET status = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(one_time_token_expire_old,
	  "UPDATE one_time_tokens SET status = 'expired' WHERE tenant_id = $1 AND email = $2 AND status = 'active'"
	  " AND expires_at <= $3");
STATEMENT(one_time_token_delete, "DELETE FROM one_time_tokens WHERE tenant_id = $1 AND id = $2");
EXPIRING(one_time_token, "one_time_tokens", "id", KEPT_MS);

static err_t token_miss(const char *id)
{
	err_t e = err_set(ERR_NOT_EXISTS_WITH_ID, "one-time token '%.64s'", id);

	err_arg(e, "table", "one_time_token");
	return err_arg(e, "id", id);
}

/* -- answers -- */

/* Writes the row on which `row` stands. */
static err_t print(struct request *rq, struct json_out *j, struct rows *row)
{
	CLEANUP(secret_done) struct secret token = {0};
	const char *id = rows_text(row, token_id);
	size_t len, context_len;
	const void *sealed = rows_blob(row, token_token_sealed, &len, rq->arena);
	const char *stored;
	err_t e = seal_unwrap(context.seal, SEAL_ONE_TIME_TOKEN, txn_tenant(rq->tx), id, sealed, len, &token);

	if (e)
		return e;
	json_open(j);
	json_key_text(j, "tenantId", txn_tenant(rq->tx));
	json_key_text(j, "id", id);
	json_key_text(j, "email", rows_text(row, token_email));
	json_key(j, "token");
	json_textn(j, (const char *)token.bytes, token.len);
	stored = rows_textn(row, token_context, &context_len);
	json_key(j, "context");
	json_raw(j, stored, context_len);
	json_key_text(j, "status", rows_text(row, token_status));
	json_key_int(j, "createdAt", rows_int(row, token_created_at));
	json_key_int(j, "expiresAt", rows_int(row, token_expires_at));
	json_close(j);
	return OK;
}

static err_t answer(struct request *rq, int status, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct json_out j;
	err_t e = store_first(rq->tx, &one_time_token_of_id, ARGS(N(clock_ms()), T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? token_miss(id) : e;
	j = reply_json(rq, status);
	e = print(rq, &j, &row);
	return e ? e : rows_end(&row);
}

static err_t get_token(struct request *rq)
{
	return answer(rq, 200, path_arg(rq, "id"));
}

/* -- lists -- */

static err_t count_page(struct request *rq, int64_t now, const char *status, const char *email)
{
	int64_t total;
	err_t e =
		email ? store_int(rq->tx, &one_time_token_count_of_email, ARGS(N(now), T(status), T(email)), &total) :
			store_int(rq->tx, &one_time_token_count, ARGS(N(now), T(status)), &total);

	if (!e)
		reply_page(rq, total);
	return e;
}

static err_t open_list(struct request *rq, int64_t now, const char *status, const char *email, struct rows *rows)
{
	int64_t most = rq->page.on ? rq->page.size : INT64_MAX;
	int64_t skipped = rq->page.on ? (rq->page.number - 1) * rq->page.size : 0;

	if (email)
		return store_query(rq->tx, &one_time_token_list_of_email,
				   ARGS(N(now), T(status), T(email), N(most), N(skipped)), rows);
	return store_query(rq->tx, &one_time_token_list, ARGS(N(now), T(status), N(most), N(skipped)), rows);
}

static err_t list_tokens(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *email = query_arg(rq, "email"), *status = query_arg(rq, "status");
	int64_t now = clock_ms();
	struct json_out j;
	err_t e = rq->page.on ? count_page(rq, now, status, email) : OK;

	if (!e)
		e = open_list(rq, now, status, email, &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (!e && rows_next(&rows))
		e = print(rq, &j, &rows);
	json_list_end(&j);
	return e ? e : rows_end(&rows);
}

/* -- making -- */

static err_t insert(struct request *rq, const char *id)
{
	const char *email = body_text(rq, "email");
	const json_t *life = body_get(rq, "expiresIn"), *about = body_get(rq, "context");
	int64_t now = clock_stamp_ms(), life_ms = life ? (int64_t)(json_number_value(life) * 1000) : LIFE_S * 1000;
	struct slice sealed;
	char token[SECRET_LEN + 1];
	err_t e;

	id_new(token, SECRET_LEN, ALPHABET_ALNUM);
	e = seal_wrap(context.seal, rq->arena, SEAL_ONE_TIME_TOKEN, txn_tenant(rq->tx), id, token, SECRET_LEN,
		      &sealed);
	if (!e)
		e = store_exec(rq->tx, &one_time_token_expire_old, ARGS(T(email), N(now)), NULL);
	if (!e)
		e = store_exec(rq->tx, &one_time_token_insert,
			       ARGS(T(id), T(email), T(digest_of(rq->arena, token)), BLOB(sealed.at, sealed.len),
				    T(about ? json_to_text(rq->arena, about) : "{}"), N(now), N(now + life_ms)),
			       NULL);
	explicit_bzero(token, sizeof(token));
	return e;
}

static err_t create_token(struct request *rq)
{
	char id[ID_LONG + 1];
	err_t e;

	id_new(id, ID_LONG, ALPHABET_LOWER);
	e = insert(rq, id);
	return e ? e : answer(rq, 201, id);
}

/* -- checking and using -- */

/* Finds a token by itself, in a step that writes with a lock; `row` stands on it. */
static err_t find(struct request *rq, const char *token, struct rows *row)
{
	struct statement *s = txn_is_write(rq->tx) ? &one_time_token_of_hash_lock : &one_time_token_of_hash;
	err_t e = store_first(rq->tx, s, ARGS(N(clock_ms()), T(digest_of(rq->arena, token))), row);

	return e == ERR_NOT_FOUND ? ERR_ONCE_UNKNOWN : e;
}

/* A token past its time has expired, whatever else became of it. */
static err_t judge_status(struct rows *row)
{
	const char *status = rows_text(row, token_status);

	if (rows_int(row, token_expires_at) <= clock_ms() || !strcmp(status, "expired"))
		return ERR_ONCE_EXPIRED;
	if (!strcmp(status, "consumed"))
		return ERR_ONCE_CONSUMED;
	return strcmp(status, "revoked") ? OK : ERR_ONCE_REVOKED;
}

static err_t judge_event(const json_t *about, const char *event)
{
	const char *only = json_string_value(json_object_get(about, "interactionEvent"));

	return !event || !only || !strcmp(only, event) ? OK : ERR_ONCE_EVENT;
}

/* `*about`: its context, the request's. */
static err_t judge(struct request *rq, struct rows *row, const char *email, const char *event, json_t **about)
{
	err_t e = tree_of_column(rq, row, token_context, about);

	if (e)
		return e;
	if (strcmp(rows_text(row, token_email), email) != 0)
		return ERR_ONCE_EMAIL;
	e = judge_status(row);
	return e ? e : judge_event(*about, event);
}

err_t one_time_token_check(struct request *rq, const char *token, const char *email, const char *event,
			   json_t **context_out)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *about = NULL;
	err_t e = find(rq, token, &row);

	if (!e)
		e = judge(rq, &row, email, event, &about);
	if (context_out)
		*context_out = about;
	return e ? e : rows_end(&row);
}

bool one_time_token_is_refusal(err_t e)
{
	return e == ERR_ONCE_UNKNOWN || e == ERR_ONCE_EMAIL || e == ERR_ONCE_EXPIRED || e == ERR_ONCE_CONSUMED ||
	       e == ERR_ONCE_REVOKED || e == ERR_ONCE_EVENT;
}

/* Uses up the token of the row, or marks it as expired. `judged`: whether it is good. */
static err_t settle(struct request *rq, const char *id, bool was_expired, err_t judged)
{
	err_t e = OK;

	if (!judged)
		return store_exec(rq->tx, &one_time_token_set, ARGS(T("consumed"), T(id)), NULL);
	if (judged == ERR_ONCE_EXPIRED && was_expired)
		e = store_exec(rq->tx, &one_time_token_set, ARGS(T("expired"), T(id)), NULL);
	return e ? e : judged;
}

/* The same as one_time_token_use(); `*id` gets its id once it was found. */
static err_t use(struct request *rq, const char *token, const char *email, const char *event, json_t **about,
		 const char **id)
{
	CLEANUP(rows_close) struct rows row = {0};
	bool shown_expired;
	err_t e = find(rq, token, &row), judged;

	*about = NULL;
	if (e)
		return e;
	*id = arena_copy(rq->arena, rows_text(&row, token_id));
	shown_expired = !strcmp(rows_text(&row, token_status), "expired");
	judged = judge(rq, &row, email, event, about);
	e = rows_end(&row);
	return e ? e : settle(rq, *id, shown_expired, judged);
}

err_t one_time_token_use(struct request *rq, const char *token, const char *email, const char *event,
			 json_t **context_out)
{
	json_t *about;
	const char *id;
	err_t e = use(rq, token, email, event, &about, &id);

	if (context_out)
		*context_out = about;
	return e;
}

static err_t verify_token(struct request *rq)
{
	json_t *about;
	const char *id;
	err_t e = use(rq, body_text(rq, "token"), body_text(rq, "email"), NULL, &about, &id);

	if (e == ERR_ONCE_EXPIRED)
		return refuse_keeping(rq, e);
	return e ? e : answer(rq, 200, id);
}

/* -- changing -- */

/* What there is to see of an unknown token comes before what cannot be done. */
static err_t set_status(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = path_arg(rq, "id"), *status = body_text(rq, "status");
	err_t e = store_first(rq->tx, &one_time_token_of_id, ARGS(N(clock_ms()), T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? token_miss(id) : e;
	e = rows_end(&row);
	if (!e && !strcmp(status, "active"))
		e = ERR_ONCE_REACTIVATE;
	if (!e)
		e = store_exec(rq->tx, &one_time_token_set, ARGS(T(status), T(id)), NULL);
	return e ? e : answer(rq, 200, id);
}

static err_t delete_token(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	int64_t gone;
	err_t e = store_exec(rq->tx, &one_time_token_delete, ARGS(T(id)), &gone);

	if (e)
		return e;
	return gone ? reply_empty(rq, 204) : err_set(ERR_NOT_FOUND, "one-time token '%.64s'", id);
}

/* -- routes -- */

static const struct field context_members[] = {
	{ "jitOrganizationIds", .type = FIELD_LIST, .element = &field_text,
	  .help = "Organizations that the person joins; unknown ones are skipped." },
	{ "interactionEvent", .type = FIELD_ENUM, .options = events, .help = "For what alone it is good." },
	FIELDS_END
};

static const struct field create_body[] = {
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = EMAIL_WIDTH },
	{ "context", .type = FIELD_STRUCT, .members = context_members },
	{ "expiresIn", .type = FIELD_NUMBER, .min = 1, .max = LIFETIME_MOST_S, .help = "Seconds; 600 without it." },
	FIELDS_END
};

static const struct field verify_body[] = {
	{ "token", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Exactly as the token was made for." },
	FIELDS_END
};

static const struct field status_body[] = {
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = statuses, .help = "All but active." },
	FIELDS_END
};

static const struct field list_query[] = {
	{ "email", .type = FIELD_TEXT, .form = FORM_EMAIL, .help = "Only for this address, exactly." },
	{ "status", .type = FIELD_ENUM, .options = statuses, .help = "Only those that show this status." },
	FIELDS_END
};

static const struct field token_members[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "token", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "context", .type = FIELD_STRUCT, .flags = REQUIRED, .members = context_members },
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = statuses },
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape one = { .fields = token_members };
static const struct shape many = { .fields = token_members, .list = true };

#define BASE "/api/one-time-tokens"

const struct route one_time_token_routes[] = {
	{ GET, BASE, MANAGEMENT, SCAN, PAGES_IF_ASKED, .query = list_query, .handler = list_tokens, .status = 200,
	  .reply = &many, .summary = "List one-time tokens, the newest first" },
	{ POST, BASE, MANAGEMENT, WRITE, .body = create_body, .handler = create_token, .status = 201, .reply = &one,
	  .operation = "AddOneTimeTokens", .summary = "Make a one-time token for an e-mail address" },
	{ POST, BASE "/verify", MANAGEMENT, WRITE, .body = verify_body, .handler = verify_token, .status = 200,
	  .reply = &one, .operation = "VerifyOneTimeToken", .summary = "Check a one-time token and use it up" },
	{ GET, BASE "/{id}", MANAGEMENT, READ, .handler = get_token, .status = 200, .reply = &one,
	  .summary = "Get a one-time token" },
	{ PUT, BASE "/{id}/status", MANAGEMENT, WRITE, .body = status_body, .handler = set_status, .status = 200,
	  .reply = &one, .summary = "Revoke a one-time token" },
	{ DELETE, BASE "/{id}", MANAGEMENT, WRITE, .handler = delete_token, .status = 204,
	  .summary = "Delete a one-time token" },
};
const size_t one_time_token_route_count = ARRAY_LEN(one_time_token_routes);
